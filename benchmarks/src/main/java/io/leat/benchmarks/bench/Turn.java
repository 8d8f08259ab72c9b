package io.leat.benchmarks.bench;

import io.leat.benchmarks.measure.WorkloadKind;

/**
 * One system does one thing.
 *
 * @param run 0 for the one that warms up, then 1 and up
 */
record Turn(WorkloadKind workload, int run, String system) {
  static final int WARM_UP = 0;

  boolean isWarmUp() {
    return run == WARM_UP;
  }
}
