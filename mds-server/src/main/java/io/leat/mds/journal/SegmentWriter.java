package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes one segment of the own lane, front to back. One thread.
 *
 * <p>Where the slot may hold something from a former use, a block of zeros is written behind
 * whatever is last, in the same call, as it stands there in a fresh segment. So the end of the
 * journal looks the same in both, and what looks otherwise is a torn or a damaged batch.
 */
final class SegmentWriter implements Closeable {

  private static final int BUFFER_BYTES_MIN = 1 << 16;

  private final SegmentHeader.Id id;
  private final SegmentSlot slot;
  private final boolean bare;
  private final Device device;
  private final AreaChecksum checksum;
  private final int segmentBytes;
  private ByteBuffer buffer = JournalFormat.allocate(BUFFER_BYTES_MIN);
  private long offset = JournalFormat.BLOCK;

  /**
   * Closes the device with itself.
   *
   * @param bare whether nothing has to be erased: the slot holds nothing but zeros, or no write may
   *     overlap the place of a later one
   */
  SegmentWriter(
      SegmentHeader.Id id, SegmentSlot slot, boolean bare, Device device, AreaIdentity area) {
    this.id = id;
    this.slot = slot;
    this.bare = bare;
    this.device = device;
    this.checksum = new AreaChecksum(area.uuid());
    this.segmentBytes = area.segmentBytes();
  }

  SegmentHeader.Id id() {
    return id;
  }

  SegmentSlot slot() {
    return slot;
  }

  /** Bytes that it has taken so far. */
  long offset() {
    return offset;
  }

  boolean fits(int payloadBytes) {
    return offset + JournalFormat.batchBytes(payloadBytes) <= segmentBytes;
  }

  /** Removes the header of a former use, durably: from then on the slot holds nothing. */
  void erase() throws IOException {
    if (!bare) {
      JournalFormat.zero(buffer.clear(), 0, JournalFormat.BLOCK);
      write(0, JournalFormat.BLOCK);
    }
  }

  /** Writes the header, durably. From then on the segment counts. */
  void writeHeader(SegmentHeader header) throws IOException {
    header.encode(buffer.clear(), checksum);
    boolean last = offset == JournalFormat.BLOCK;
    write(0, last ? withEnd(0, JournalFormat.BLOCK) : JournalFormat.BLOCK);
  }

  /** Writes a batch behind those before it, durably; does not move the payload's position. */
  void writeBatch(BatchHeader header, ByteBuffer payload) throws IOException {
    int length = JournalFormat.batchBytes(header.payloadBytes());
    int end = BatchHeader.BYTES + header.payloadBytes();
    reserve(length + JournalFormat.BLOCK);
    buffer.put(BatchHeader.BYTES, payload, payload.position(), header.payloadBytes());
    JournalFormat.zero(buffer, end, length);
    header.encode(buffer, checksum);
    write(offset, withEnd(offset, length));
    offset += length;
  }

  /** Puts zeros behind what is to be written at {@code at}, where they are needed and fit. */
  private int withEnd(long at, int length) {
    int end = length + JournalFormat.BLOCK;
    if (bare || at + end > segmentBytes) {
      return length;
    }
    JournalFormat.zero(buffer, length, end);
    return end;
  }

  private void reserve(int bytes) {
    if (bytes > buffer.capacity()) {
      buffer = JournalFormat.allocate(Math.max(bytes, 2 * buffer.capacity()));
    }
    buffer.clear();
  }

  private void write(long at, int length) throws IOException {
    device.write(at, buffer.clear().limit(length));
    device.flush();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  @Override
  public String toString() {
    return id + " (" + device + ")";
  }
}
