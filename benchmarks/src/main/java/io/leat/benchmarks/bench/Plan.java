package io.leat.benchmarks.bench;

import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;
import java.util.List;

/**
 * What is to be measured.
 *
 * @param systems in the order of their turns
 * @param runs how often each of them is measured, 1 or more, after those that warm up
 */
record Plan(List<WorkloadKind> workloads, List<String> systems, int runs, Scale scale) {

  Plan {
    workloads = List.copyOf(workloads);
    systems = List.copyOf(systems);
    if (workloads.isEmpty() || systems.isEmpty() || runs < 1) {
      throw new IllegalArgumentException("there is nothing to measure");
    }
  }
}
