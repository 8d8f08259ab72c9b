package io.leat.hadoop;

import io.leat.client.FileWriter;
import io.leat.model.LeatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.hadoop.fs.statistics.StoreStatisticNames;
import org.apache.hadoop.fs.statistics.StreamStatisticNames;
import org.apache.hadoop.util.Progressable;

/**
 * Writes a file at its end. Calls are serialised by this object's lock. The client gathers what is
 * written; only writes of a few bytes are gathered here first. After a failure every call but
 * {@code close} throws it again, because the writer does.
 */
final class LeatOutputStream extends OutputStream
    implements Syncable, StreamCapabilities, IOStatisticsSource {

  /** Smaller writes are gathered up to this. */
  private static final int GATHER_BYTES = 4 << 10;

  private final FileWriter writer;
  private final StreamContext context;
  private final Progressable progress;
  private final ByteBuffer gathered = ByteBuffer.allocate(GATHER_BYTES);
  private final AtomicLong bytesWritten = new AtomicLong();
  private final AtomicLong hflushes = new AtomicLong();
  private final AtomicLong hsyncs = new AtomicLong();
  private final IOStatistics counters =
      new StreamCounters(
          () ->
              Map.of(
                  StreamStatisticNames.STREAM_WRITE_BYTES,
                  bytesWritten.get(),
                  StoreStatisticNames.OP_HFLUSH,
                  hflushes.get(),
                  StoreStatisticNames.OP_HSYNC,
                  hsyncs.get()));
  private boolean closed;

  /**
   * @param progress told whenever bytes go to the client; null for nobody
   */
  LeatOutputStream(FileWriter writer, StreamContext context, Progressable progress) {
    this.writer = writer;
    this.context = context;
    this.progress = progress;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    checkOpen();
    if (!gathered.hasRemaining()) {
      drain();
    }
    gathered.put((byte) b);
    bytesWritten.incrementAndGet();
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    checkOpen();
    if (length > gathered.remaining()) {
      drain();
    }
    if (length < GATHER_BYTES) {
      gathered.put(bytes, offset, length);
    } else {
      pass(ByteBuffer.wrap(bytes, offset, length));
    }
    bytesWritten.addAndGet(length);
  }

  /** Hands what is gathered to the client; publishes nothing. */
  @Override
  public synchronized void flush() throws IOException {
    checkOpen();
    drain();
  }

  @Override
  public synchronized void hflush() throws IOException {
    checkOpen();
    hflushes.incrementAndGet();
    drain();
    run(writer::hflush);
  }

  @Override
  public synchronized void hsync() throws IOException {
    checkOpen();
    hsyncs.incrementAndGet();
    drain();
    run(writer::hsync);
  }

  @Override
  public boolean hasCapability(String capability) {
    return switch (capability.toLowerCase(Locale.ROOT)) {
      case StreamCapabilities.HSYNC,
          "hflush",
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

  /** Publishes everything and ends the write lease. Further calls do nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    context.aggregator().aggregate(counters);
    try {
      drain();
    } finally {
      run(writer::close);
    }
  }

  @Override
  public String toString() {
    return "LeatOutputStream{" + context.path() + ", " + counters + "}";
  }

  private void drain() throws IOException {
    if (gathered.position() > 0) {
      try {
        pass(gathered.flip());
      } finally {
        gathered.clear();
      }
    }
  }

  private void pass(ByteBuffer bytes) throws IOException {
    run(() -> writer.write(bytes));
    if (progress != null) {
      progress.progress();
    }
  }

  /** A call of the writer's. */
  private interface Step {
    void run() throws IOException;
  }

  private void run(Step step) throws IOException {
    try {
      step.run();
    } catch (LeatException e) {
      throw Errors.reading(e, context.path());
    }
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }
}
