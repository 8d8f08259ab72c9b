package io.leat.benchmarks.workload;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes a large file from create to close, in calls of 1 MiB and of 4 KiB. Nothing is synced. The
 * very first file goes to space that the file system has not used before, which is told in a note;
 * the later ones find what their predecessors have left.
 */
final class SequentialWrite implements Workload {
  private static final String LARGE_CALLS = "seq.write";
  private static final String SMALL_CALLS = "seq.write.4k";
  private static final int SMALL_CALL = 4_096;

  private final byte[] large = LargeFile.noise(LargeFile.MIB);
  private final byte[] small = LargeFile.noise(SMALL_CALL);
  private double freshRate;

  @Override
  public void prepare(Client client) throws IOException {
    // Nothing: what the first file costs is part of what is measured.
  }

  @Override
  public void run(Client client, Measured measured) throws IOException {
    try (FileSystem fileSystem = client.fresh()) {
      double rate = rate(client, fileSystem, large);
      if (freshRate == 0) {
        freshRate = rate;
      }
      measured.value(LARGE_CALLS, rate);
      measured.note(LARGE_CALLS, "first file, into unused space: %.0f MB/s".formatted(freshRate));
      measured.value(SMALL_CALLS, rate(client, fileSystem, small));
    }
  }

  private static double rate(Client client, FileSystem fileSystem, byte[] call) throws IOException {
    Path path = client.path("written");
    long bytes = client.scale().fileBytes();
    long start = System.nanoTime();
    LargeFile.write(fileSystem, path, bytes, call);
    long nanos = System.nanoTime() - start;
    fileSystem.delete(path, false);
    return bytes * 1e9 / LargeFile.MIB / nanos;
  }
}
