package io.leat.benchmarks.workload;

import java.util.Arrays;

/** How long each of many operations took; the first {@value #MAX} of them. Any thread may add. */
final class Latencies {
  private static final int MAX = 1_000_000;
  private static final int FIRST = 1_024;
  private static final double NANOS_PER_MICRO = 1_000;

  private long[] nanos = new long[FIRST];
  private int count;

  synchronized void add(long took) {
    if (count == MAX) {
      return;
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, Math.min(MAX, 2 * count));
    }
    nanos[count++] = took;
  }

  /**
   * The time that a share of the operations did not exceed, in microseconds.
   *
   * @param share 0 to 1
   */
  synchronized double micros(double share) {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int index = (int) Math.ceil(share * count) - 1;
    return sorted[Math.max(0, index)] / NANOS_PER_MICRO;
  }
}
