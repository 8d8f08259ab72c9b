package io.leat.benchmarks.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void shouldLetSystemsTakeTurnsInEachRun() {
    Plan plan =
        new Plan(
            List.of(WorkloadKind.FLUSH, WorkloadKind.META_8), List.of("a", "b"), 2, Scale.TINY);

    List<String> order =
        Schedule.of(plan).stream()
            .map(turn -> turn.workload() + " " + turn.run() + turn.system())
            .toList();

    assertEquals(
        List.of(
            "FLUSH 0a",
            "FLUSH 0b",
            "FLUSH 1a",
            "FLUSH 1b",
            "FLUSH 2a",
            "FLUSH 2b",
            "META_8 0a",
            "META_8 0b",
            "META_8 1a",
            "META_8 1b",
            "META_8 2a",
            "META_8 2b"),
        order);
  }
}
