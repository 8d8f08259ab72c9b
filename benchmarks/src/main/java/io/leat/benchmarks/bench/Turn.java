package io.leat.benchmarks.bench;

import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;

/**
 * One system does one thing.
 *
 * @param run 1 and up; 0 and below warm up
 */
record Turn(WorkloadKind workload, int run, String system) {
  /** The run of {@link #isFirst}. */
  static int first(Scale scale) {
    return 1 - scale.warmUps();
  }

  boolean isFirst(Scale scale) {
    return run == first(scale);
  }

  boolean isWarmUp() {
    return run < 1;
  }
}
