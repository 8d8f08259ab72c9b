package io.leat.benchmarks.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.functional.FutureIO;

/** Reads 16 ranges of 64 KiB, spread over a large cached file, with one call; one thread. */
final class VectoredRead implements Workload {
  private static final int RANGES = 16;
  private static final int RANGE_BYTES = 64 << 10;
  private static final long SEED = 16;

  @Override
  public void prepare(Client client) throws IOException {
    new SequentialRead().prepare(client);
  }

  @Override
  public void run(Client client, Measured measured) throws IOException, InterruptedException {
    try (FileSystem fileSystem = client.fresh();
        FSDataInputStream in = fileSystem.open(LargeFile.require(client, fileSystem))) {
      Random random = new Random(SEED);
      Crew.Work work =
          Crew.run(1, client.scale().phaseMillis(), (thread, time) -> read(client, in, random));
      double bytes = (double) RANGES * RANGE_BYTES;
      measured.value("vectored16x64k", work.perSecond() * bytes / LargeFile.MIB);
    }
  }

  private static boolean read(Client client, FSDataInputStream in, Random random)
      throws IOException {
    // One range in each sixteenth of the file, so that none overlap.
    int slots = (int) (client.scale().fileBytes() / RANGES / RANGE_BYTES);
    List<FileRange> ranges = new ArrayList<>(RANGES);
    for (int i = 0; i < RANGES; i++) {
      long slot = (long) i * slots + random.nextInt(slots);
      ranges.add(FileRange.createFileRange(slot * RANGE_BYTES, RANGE_BYTES));
    }
    in.readVectored(ranges, ByteBuffer::allocate);
    for (FileRange range : ranges) {
      int read = FutureIO.awaitFuture(range.getData()).remaining();
      if (read != RANGE_BYTES) {
        throw new IOException("a range of " + RANGE_BYTES + " bytes came with " + read);
      }
    }
    return true;
  }
}
