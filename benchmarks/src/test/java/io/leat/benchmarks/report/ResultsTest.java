package io.leat.benchmarks.report;

import static io.leat.benchmarks.report.SampleResults.RATE;
import static io.leat.benchmarks.report.SampleResults.TIME;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private final Results results = SampleResults.make();

  @Test
  void shouldPairTheRunsAndNotTheMedians() {
    // Pairs give 1, 3 and 4; the medians alone would give 2.
    assertEquals(Optional.of(3.0), results.ratio(RATE, "hdfs"));
  }

  @Test
  void shouldBeAboveOneWhereATimeIsShorter() {
    // 2, 0.5 and 0.5.
    assertEquals(Optional.of(0.5), results.ratio(TIME, "hdfs"));
  }

  @Test
  void shouldHaveNoRatioWithoutTheOtherSystem() {
    results.note(TIME, "file", "not measured");
    assertEquals(Optional.empty(), results.ratio(TIME, "file"));
    assertEquals(Optional.empty(), results.ratio(TIME, "leat"));
    assertEquals(List.of("leat", "hdfs"), results.systems(TIME));
  }

  @Test
  void shouldJoinNoteAndRemark() {
    assertEquals("first <file>; cached", results.note(RATE, "leat"));
    assertEquals("", results.note(RATE, "hdfs"));
  }
}
