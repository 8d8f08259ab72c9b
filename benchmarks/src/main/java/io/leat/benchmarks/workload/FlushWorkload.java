package io.leat.benchmarks.workload;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes 4 KiB and flushes them, again and again: how long both together take. */
final class FlushWorkload implements Workload {
  private static final double MEDIAN = 0.5;

  // Names of the capabilities of Hadoop's streams.
  private static final String HFLUSH = "hflush";
  private static final String HSYNC = "hsync";

  private final byte[] record = LargeFile.noise(4_096);

  /** One of the two flushes. */
  private interface Flush {
    void flush(FSDataOutputStream out) throws IOException;
  }

  @Override
  public void prepare(Client client) {
    // Nothing: each run writes a new file.
  }

  @Override
  public void run(Client client, Measured measured) throws IOException, InterruptedException {
    measure(client, measured, HFLUSH, FSDataOutputStream::hflush);
    measure(client, measured, HSYNC, FSDataOutputStream::hsync);
  }

  private void measure(Client client, Measured measured, String capability, Flush flush)
      throws IOException, InterruptedException {
    String metric = capability + ".p50";
    Path path = client.path(capability);
    Latencies latencies = new Latencies();
    try (FileSystem fileSystem = client.fresh()) {
      try (FSDataOutputStream out = fileSystem.create(path, true)) {
        // Without it Hadoop's stream only empties its buffer, and says nothing.
        if (!out.hasCapability(capability)) {
          measured.unsupported(metric, "its streams have no " + capability);
          return;
        }
        var unused =
            Crew.run(
                1,
                client.scale().phaseMillis(),
                (thread, time) -> writeAndFlush(out, flush, latencies));
      }
      fileSystem.delete(path, false);
    }
    measured.value(metric, latencies.micros(MEDIAN));
  }

  private boolean writeAndFlush(FSDataOutputStream out, Flush flush, Latencies latencies)
      throws IOException {
    long start = System.nanoTime();
    out.write(record);
    flush.flush(out);
    latencies.add(System.nanoTime() - start);
    return true;
  }
}
