package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.SplittableRandom;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;

/**
 * Reads 4 or 64 KiB at random positions, multiples of 4 KiB, of a large cached file, by 1 or 8
 * threads on one stream.
 */
final class PositionalRead implements Workload {
  private static final int[] THREADS = {1, 8};
  private static final int[] KIBIBYTES = {4, 64};
  private static final int ALIGNMENT = 4_096;

  /** Reads between two looks at the clock, which takes part of a microsecond itself. */
  private static final int BATCH = 16;

  @Override
  public void prepare(Client client) throws IOException {
    new SequentialRead().prepare(client);
  }

  @Override
  public void run(Client client, Measured measured) throws IOException, InterruptedException {
    try (FileSystem fileSystem = client.fresh();
        FSDataInputStream in = fileSystem.open(LargeFile.require(client, fileSystem))) {
      for (int kibibytes : KIBIBYTES) {
        for (int threads : THREADS) {
          measured.value(
              "pread%dk.%d".formatted(kibibytes, threads),
              rate(client, in, kibibytes << 10, threads));
        }
      }
    }
  }

  private static double rate(Client client, FSDataInputStream in, int bytes, int threads)
      throws IOException, InterruptedException {
    byte[][] buffers = new byte[threads][bytes];
    SplittableRandom[] randoms = new SplittableRandom[threads];
    for (int thread = 0; thread < threads; thread++) {
      randoms[thread] = new SplittableRandom(thread);
    }
    long positions = (client.scale().fileBytes() - bytes) / ALIGNMENT + 1;
    Crew.Work work =
        Crew.run(
            threads,
            client.scale().phaseMillis(),
            (thread, time) -> {
              for (int i = 0; i < BATCH; i++) {
                long position = randoms[thread].nextLong(positions) * ALIGNMENT;
                in.readFully(position, buffers[thread]);
              }
              return true;
            });
    return BATCH * work.perSecond();
  }
}
