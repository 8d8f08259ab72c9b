package io.leat.benchmarks.bench;

import io.leat.benchmarks.measure.WorkloadKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of turns. Systems take turns within each run of each workload (A B A B), so that what
 * the machine does meanwhile meets all of them, and the values of a run are pairs.
 */
final class Schedule {
  private Schedule() {}

  static List<Turn> of(Plan plan) {
    List<Turn> turns = new ArrayList<>();
    for (WorkloadKind workload : plan.workloads()) {
      for (int run = Turn.first(plan.scale()); run <= plan.runs(); run++) {
        for (String system : plan.systems()) {
          turns.add(new Turn(workload, run, system));
        }
      }
    }
    return turns;
  }
}
