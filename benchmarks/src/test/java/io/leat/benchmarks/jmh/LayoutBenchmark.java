package io.leat.benchmarks.jmh;

import io.leat.client.engine.FileState;
import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which extent of a file's cached layout holds a byte. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LayoutBenchmark {
  private static final long SEED = 42;
  private static final int VOLUME = 0;

  @Param({"1", "16", "10000"})
  public int extents;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private FileState state;
  private long bytes;

  /** Every other block of the volume, so that no two extents are one. */
  @Setup
  public void lay() {
    bytes = (long) extents * Extent.BLOCK_BYTES;
    List<Extent> layout = new ArrayList<>();
    for (long at = 0; at < bytes; at += Extent.BLOCK_BYTES) {
      long block = 1 + 2 * (at / Extent.BLOCK_BYTES);
      layout.add(Extent.written(at, VOLUME, block, Extent.BLOCK_BYTES));
    }
    FileAttributes attributes =
        new FileAttributes(1, false, bytes, 0644, "owner", "group", 1, 1, 1, 1 << 27, 1, false);
    state = new FileState(attributes, layout, TokenSet.READER, 1, false, false, 0, Long.MAX_VALUE);
  }

  @Benchmark
  public Extent lookUp() {
    return state.extents().get(state.indexOf(random.nextLong(bytes)));
  }
}
