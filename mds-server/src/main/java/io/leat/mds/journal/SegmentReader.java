package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads a segment through a window that slides over it, so that small batches do not cost an I/O
 * each. It reads a block at first, for who wants to see a header, and more each time it goes on.
 * One thread at a time.
 */
final class SegmentReader implements Closeable {

  /** Bytes per read at most, unless a batch is larger. */
  static final int WINDOW_BYTES = 1 << 20;

  /** Each read is so many times as long as the one before. */
  private static final int GROWTH = 4;

  /** What was found at a place. */
  enum Found {
    /** Zeros. */
    NOTHING,
    /** A batch as it was written. */
    BATCH,
    /** Anything else: part of a batch, a damaged one, the inside of another. */
    RUBBISH
  }

  private final SegmentSlot slot;
  private final Device device;
  private final AreaChecksum checksum;
  private final int segmentBytes;
  private ByteBuffer window = JournalFormat.allocate(JournalFormat.BLOCK);
  private int readBytes = JournalFormat.BLOCK;
  private long windowAt;
  private int windowBytes;
  private ByteBuffer batch;
  private BatchHeader header;

  SegmentReader(MetadataArea area, SegmentSlot slot) throws IOException {
    this.slot = slot;
    this.segmentBytes = area.identity().segmentBytes();
    this.checksum = new AreaChecksum(area.identity().uuid());
    this.device = area.openToRead(slot);
  }

  SegmentSlot slot() {
    return slot;
  }

  /** The segment's header, if it has an intact one. */
  Optional<SegmentHeader> segmentHeader() throws IOException {
    return SegmentHeader.decode(bytes(0, JournalFormat.BLOCK), checksum);
  }

  /** Whether neither a header nor the beginning of a batch was ever written. */
  boolean isUntouched() throws IOException {
    return JournalFormat.isZero(bytes(0, JournalFormat.BLOCK), 0, JournalFormat.BLOCK)
        && JournalFormat.isZero(
            bytes(JournalFormat.BLOCK, JournalFormat.BLOCK), 0, JournalFormat.BLOCK);
  }

  /** Whether a block begins at {@code offset}. */
  boolean contains(long offset) {
    return offset < segmentBytes;
  }

  /** Looks at {@code offset}; after {@link Found#BATCH}, {@link #header} and {@link #payload}. */
  Found look(long offset) throws IOException {
    ByteBuffer block = bytes(offset, JournalFormat.BLOCK);
    int payloadBytes = BatchHeader.promisedPayloadBytes(block);
    if (payloadBytes < 0) {
      return JournalFormat.isZero(block, 0, JournalFormat.BLOCK) ? Found.NOTHING : Found.RUBBISH;
    }
    int length = JournalFormat.batchBytes(payloadBytes);
    if (offset + length > segmentBytes) {
      return Found.RUBBISH;
    }
    batch = bytes(offset, length);
    header = BatchHeader.decode(batch);
    return BatchHeader.isIntact(batch, payloadBytes, checksum) ? Found.BATCH : Found.RUBBISH;
  }

  /**
   * Where the first intact batch stands at {@code from} or behind it, as {@link #look} has then
   * found it; -1 when there is none. Most of what it goes over are zeros, and whoever takes over
   * waits for it.
   */
  long nextBatch(long from) throws IOException {
    for (long at = nextPromise(from); contains(at); at = nextPromise(at + JournalFormat.BLOCK)) {
      if (look(at) == Found.BATCH) {
        return at;
      }
    }
    return -1;
  }

  /** The first block at {@code from} or behind it that may begin a batch; else the end. */
  private long nextPromise(long from) throws IOException {
    long at = from;
    while (contains(at)) {
      if (at < windowAt || at + JournalFormat.BLOCK > windowAt + windowBytes) {
        fill(at, JournalFormat.BLOCK);
      }
      int in = BatchHeader.nextPromise(window, (int) (at - windowAt), windowBytes);
      at = windowAt + in;
      if (in < windowBytes) {
        return at;
      }
    }
    return at;
  }

  /** Of the batch found last. */
  BatchHeader header() {
    return header;
  }

  /** Of the batch found last; read-only and good until the next look. */
  ByteBuffer payload() {
    return batch.slice(BatchHeader.BYTES, header.payloadBytes()).asReadOnlyBuffer();
  }

  /** Reads the storage again with the next look. */
  void forget() {
    windowBytes = 0;
    readBytes = JournalFormat.BLOCK;
  }

  private ByteBuffer bytes(long offset, int length) throws IOException {
    if (offset < windowAt || offset + length > windowAt + windowBytes) {
      fill(offset, length);
    }
    return window.slice((int) (offset - windowAt), length);
  }

  private void fill(long offset, int length) throws IOException {
    int bytes = (int) Math.min(Math.max(length, readBytes), segmentBytes - offset);
    readBytes = Math.min(GROWTH * readBytes, WINDOW_BYTES);
    if (bytes > window.capacity()) {
      window = JournalFormat.allocate(bytes);
    }
    windowBytes = 0;
    device.read(offset, window.clear().limit(bytes));
    window.clear();
    windowAt = offset;
    windowBytes = bytes;
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  @Override
  public String toString() {
    return slot + " (" + device + ")";
  }
}
