package io.leat.hadoop;

import io.leat.client.FileReader;
import io.leat.model.LeatException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.hadoop.fs.ByteBufferPositionedReadable;
import org.apache.hadoop.fs.ByteBufferReadable;
import org.apache.hadoop.fs.CanUnbuffer;
import org.apache.hadoop.fs.FSExceptionMessages;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.hadoop.fs.statistics.StreamStatisticNames;

/**
 * Reads a file.
 *
 * <p>Position, buffer and sequential reads belong to this object's lock. Positional and vectored
 * reads take no lock and go straight into the caller's buffer, from any number of threads. So do
 * sequential reads of the buffer's size or more; smaller ones are served from a buffer that starts
 * small after a seek and grows while reads go on in sequence, so that neither byte-wise nor random
 * reads cost more than they must.
 */
final class LeatInputStream extends FSInputStream
    implements ByteBufferReadable,
        ByteBufferPositionedReadable,
        CanUnbuffer,
        StreamCapabilities,
        IOStatisticsSource {

  /** What the buffer fetches first after a seek. */
  private static final int FIRST_FILL_BYTES = 4 << 10;

  /** Each fill in sequence is this many times the last. */
  private static final int FILL_GROWTH = 4;

  /** Bytes read singly are reported to Hadoop's thread-local counts in lots of this. */
  private static final int REPORT_BYTES = 4 << 10;

  private final FileReader reader;
  private final LeatConfig.Reads reads;
  private final StreamContext context;
  private final AtomicLong bytesRead = new AtomicLong();
  private final AtomicLong operations = new AtomicLong();
  private final AtomicLong seeks = new AtomicLong();
  private final AtomicLong vectoredReads = new AtomicLong();
  private final AtomicLong vectoredRanges = new AtomicLong();
  private final IOStatistics counters =
      new StreamCounters(
          () ->
              Map.of(
                  StreamStatisticNames.STREAM_READ_BYTES,
                  bytesRead.get(),
                  StreamStatisticNames.STREAM_READ_OPERATIONS,
                  operations.get(),
                  StreamStatisticNames.STREAM_READ_SEEK_OPERATIONS,
                  seeks.get(),
                  StreamStatisticNames.STREAM_READ_VECTORED_OPERATIONS,
                  vectoredReads.get(),
                  StreamStatisticNames.STREAM_READ_VECTORED_INCOMING_RANGES,
                  vectoredRanges.get()));

  private volatile boolean closed;
  private long position;

  /** What is left in the buffer starts at {@link #position}. */
  private ByteBuffer buffer = ByteBuffer.allocate(0);

  private int nextFill = FIRST_FILL_BYTES;
  private int unreported;

  LeatInputStream(FileReader reader, LeatConfig.Reads reads, StreamContext context) {
    this.reader = reader;
    this.reads = reads;
    this.context = context;
  }

  // Sequential reads.

  @Override
  public synchronized int read() throws IOException {
    checkOpen();
    if (!buffer.hasRemaining() && !fill(1)) {
      return -1;
    }
    position++;
    bytesRead.incrementAndGet();
    if (++unreported == REPORT_BYTES) {
      report();
    }
    return buffer.get() & 0xff;
  }

  @Override
  public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (buffer.hasRemaining() || length < reads.buffer()) {
      return read(ByteBuffer.wrap(bytes, offset, length));
    }
    checkOpen();
    int read = fetch(position, bytes, offset, length);
    return read < 0 ? -1 : advance(read);
  }

  /** Fills {@code dst} unless the file ends; asks the server for a grown end only if it must. */
  @Override
  public synchronized int read(ByteBuffer dst) throws IOException {
    checkOpen();
    if (!dst.hasRemaining()) {
      return 0;
    }
    int total = some(dst);
    while (total > 0 && dst.hasRemaining() && position < reader.size()) {
      int more = some(dst);
      if (more < 0) {
        break;
      }
      total += more;
    }
    return total;
  }

  /** What the buffer has, or one read's worth; -1 at the end. */
  private int some(ByteBuffer dst) throws IOException {
    if (!buffer.hasRemaining()) {
      if (dst.remaining() >= reads.buffer()) {
        return straight(dst);
      }
      if (!fill(dst.remaining())) {
        return -1;
      }
    }
    int taken = Math.min(dst.remaining(), buffer.remaining());
    dst.put(buffer.slice(buffer.position(), taken));
    buffer.position(buffer.position() + taken);
    return advance(taken);
  }

  private int straight(ByteBuffer dst) throws IOException {
    int read = fetch(position, dst);
    return read < 0 ? -1 : advance(read);
  }

  private int advance(int bytes) {
    position += bytes;
    delivered(bytes);
    return bytes;
  }

  /** False at the end of the file. */
  private boolean fill(int wanted) throws IOException {
    int size = Math.min(Math.max(wanted, nextFill), reads.buffer());
    if (buffer.capacity() < size) {
      buffer = ByteBuffer.allocate(size);
    }
    buffer.clear().limit(size);
    int read;
    try {
      read = fetch(position, buffer);
    } finally {
      buffer.flip();
    }
    nextFill = Math.min(nextFill * FILL_GROWTH, reads.buffer());
    return read > 0;
  }

  @Override
  public synchronized long skip(long bytes) throws IOException {
    checkOpen();
    long target = Math.max(position, Math.min(reader.size(), position + Math.max(bytes, 0)));
    long skipped = target - position;
    seek(target);
    return skipped;
  }

  @Override
  public synchronized int available() throws IOException {
    checkOpen();
    return (int) Math.min(Math.max(reader.size() - position, 0), Integer.MAX_VALUE);
  }

  // Position.

  @Override
  public synchronized void seek(long target) throws IOException {
    checkOpen();
    if (target < 0) {
      throw new EOFException(FSExceptionMessages.NEGATIVE_SEEK + ": " + target);
    }
    if (target > reader.size()) {
      throw new EOFException(
          "%s: %d, but %s has %d bytes"
              .formatted(
                  FSExceptionMessages.CANNOT_SEEK_PAST_EOF, target, context.path(), reader.size()));
    }
    long ahead = target - position;
    if (ahead >= 0 && ahead <= buffer.remaining()) {
      buffer.position(buffer.position() + (int) ahead);
    } else {
      seeks.incrementAndGet();
      buffer.position(buffer.limit());
      nextFill = FIRST_FILL_BYTES;
    }
    position = target;
  }

  @Override
  public synchronized long getPos() {
    return position;
  }

  @Override
  public boolean seekToNewSource(long target) {
    return false;
  }

  // Positional reads.

  @Override
  public int read(long at, byte[] bytes, int offset, int length) throws IOException {
    checkOpen();
    validatePositionedReadArgs(at, bytes, offset, length);
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int read = fetch(at, bytes, offset, length);
    if (read > 0) {
      delivered(read);
    }
    return read;
  }

  @Override
  public int read(long at, ByteBuffer dst) throws IOException {
    checkOpen();
    if (at < 0) {
      throw new EOFException("position is negative: " + at);
    }
    if (!dst.hasRemaining()) {
      return 0;
    }
    int read = fetch(at, dst);
    if (read > 0) {
      delivered(read);
    }
    return read;
  }

  @Override
  public void readFully(long at, byte[] bytes, int offset, int length) throws IOException {
    checkOpen();
    int done = 0;
    do {
      int read = read(at + done, bytes, offset + done, length - done);
      if (read < 0) {
        throw endInside(at + done);
      }
      done += read;
    } while (done < length);
  }

  @Override
  public void readFully(long at, ByteBuffer dst) throws IOException {
    long next = at;
    while (dst.hasRemaining()) {
      int read = read(next, dst);
      if (read < 0) {
        throw endInside(next);
      }
      next += read;
    }
  }

  private EOFException endInside(long at) {
    return new EOFException(
        FSExceptionMessages.EOF_IN_READ_FULLY + ": " + context.path() + " at byte " + at);
  }

  // Vectored reads.

  @Override
  public int minSeekForVectorReads() {
    return reads.minSeek();
  }

  @Override
  public int maxReadSizeForVectorReads() {
    return reads.maxMerged();
  }

  @Override
  public void readVectored(List<? extends FileRange> ranges, IntFunction<ByteBuffer> allocate)
      throws IOException {
    readVectored(ranges, allocate, buffer -> {});
  }

  @Override
  public void readVectored(
      List<? extends FileRange> ranges,
      IntFunction<ByteBuffer> allocate,
      Consumer<ByteBuffer> release)
      throws IOException {
    Objects.requireNonNull(ranges, "ranges");
    Objects.requireNonNull(allocate, "allocate");
    Objects.requireNonNull(release, "release");
    checkOpen();
    vectoredReads.incrementAndGet();
    vectoredRanges.addAndGet(ranges.size());
    long bytes =
        new VectoredRead(this::fetch, reads, context.path(), ReadHelpers.SHARED)
            .read(ranges, allocate, release);
    delivered(bytes);
  }

  // The rest.

  @Override
  public synchronized void unbuffer() {
    buffer = ByteBuffer.allocate(0);
    nextFill = FIRST_FILL_BYTES;
  }

  @Override
  public boolean hasCapability(String capability) {
    return switch (capability.toLowerCase(Locale.ROOT)) {
      case StreamCapabilities.READBYTEBUFFER,
          StreamCapabilities.PREADBYTEBUFFER,
          StreamCapabilities.UNBUFFER,
          StreamCapabilities.VECTOREDIO,
          StreamCapabilities.IOSTATISTICS,
          StreamCapabilities.IOSTATISTICS_CONTEXT ->
          true;
      default -> false;
    };
  }

  @Override
  public IOStatistics getIOStatistics() {
    return counters;
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    buffer = ByteBuffer.allocate(0);
    report();
    context.aggregator().aggregate(counters);
    reader.close();
  }

  private int fetch(long at, ByteBuffer dst) throws IOException {
    try {
      return reader.read(at, dst);
    } catch (LeatException e) {
      throw Errors.reading(e, context.path());
    }
  }

  private int fetch(long at, byte[] bytes, int offset, int length) throws IOException {
    try {
      return reader.read(at, bytes, offset, length);
    } catch (LeatException e) {
      throw Errors.reading(e, context.path());
    }
  }

  private void delivered(long bytes) {
    bytesRead.addAndGet(bytes);
    operations.incrementAndGet();
    context.statistics().incrementBytesRead(bytes);
  }

  private void report() {
    if (unreported > 0) {
      context.statistics().incrementBytesRead(unreported);
      unreported = 0;
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(context.path() + ": " + FSExceptionMessages.STREAM_IS_CLOSED);
    }
  }
}
