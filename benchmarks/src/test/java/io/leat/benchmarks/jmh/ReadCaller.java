package io.leat.benchmarks.jmh;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** A thread that reads, its array, and the positions that it reads at. */
@State(Scope.Thread)
public class ReadCaller {

  /** Bytes of what is read; cached after the first reads. */
  static final int FILE_BYTES = 64 << 20;

  private static final int ALIGNMENT = 4_096;

  @Param({"4096", "1048576"})
  public int bytes;

  byte[] array;
  private SplittableRandom random;
  private long next;

  @Setup
  public void prepare(ThreadParams thread) {
    array = new byte[bytes];
    random = new SplittableRandom(thread.getThreadIndex());
  }

  /** A multiple of 4 KiB from which an array can be filled. */
  long randomPosition() {
    return random.nextLong((FILE_BYTES - bytes) / ALIGNMENT + 1) * ALIGNMENT;
  }

  /** After the last position; the start again after the end. */
  long nextPosition() {
    long position = next;
    next = next + 2L * bytes > FILE_BYTES ? 0 : next + bytes;
    return position;
  }
}
