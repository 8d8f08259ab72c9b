package io.leat.benchmarks.jmh;

import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The image in LMDB: keys of a directory's number and a number in it, 1,000 to a directory, and
 * values as long as an inode's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ImageBenchmark {
  private static final int DIRECTORY_ENTRIES = 1_000;
  private static final int VALUE_BYTES = 64;
  private static final long CAPACITY_BYTES = 8L << 30;
  private static final int BATCH = 200;
  private static final int PUTS_OF_CREATE = 3;
  private static final long SEED = 42;

  @Param("100000")
  public int entries;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final byte[] value = new byte[VALUE_BYTES];
  private ScratchDirectory directory;
  private LmdbImage image;
  private ImageSnapshot snapshot;

  @Setup
  public void fill() throws IOException {
    directory = new ScratchDirectory();
    image = LmdbImage.openEmpty(directory.resolve("image"), CAPACITY_BYTES);
    try (ImageTransaction transaction = image.begin()) {
      for (int entry = 0; entry < entries; entry++) {
        transaction.put(key(entry), value);
      }
      transaction.commit();
    }
    snapshot = image.snapshot();
  }

  @TearDown
  public void close() throws IOException {
    snapshot.close();
    image.close();
    directory.close();
  }

  private static byte[] key(int entry) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(entry / DIRECTORY_ENTRIES)
        .putLong(entry % DIRECTORY_ENTRIES)
        .array();
  }

  /** One of those that exist, so that the image does not grow while it is measured. */
  private byte[] anyKey() {
    return key(random.nextInt(entries));
  }

  @Benchmark
  public byte[] get() {
    return snapshot.get(anyKey());
  }

  @Benchmark
  public void putAndCommit() {
    try (ImageTransaction transaction = image.begin()) {
      transaction.put(anyKey(), value);
      transaction.commit();
    }
  }

  /** A create is three puts; 200 of them share a transaction. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void createInBatch() {
    try (ImageTransaction transaction = image.begin()) {
      for (int put = 0; put < BATCH * PUTS_OF_CREATE; put++) {
        transaction.put(anyKey(), value);
      }
      transaction.commit();
    }
  }

  /** All of a directory. */
  @Benchmark
  public void scan1000(Blackhole blackhole) {
    int directories = entries / DIRECTORY_ENTRIES;
    byte[] prefix = ByteBuffer.allocate(Long.BYTES).putLong(random.nextInt(directories)).array();
    snapshot.scan(
        prefix,
        prefix,
        (key, found) -> {
          blackhole.consume(key);
          blackhole.consume(found);
          return true;
        });
  }
}
