package io.leat.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void shouldTakeTheMiddleOfOddlyMany() {
    assertEquals(new Statistics(3, 1, 90, 3), Statistics.of(List.of(90.0, 1.0, 3.0)));
  }

  @Test
  void shouldTakeTheMeanOfTheTwoInTheMiddle() {
    assertEquals(new Statistics(2.5, 1, 9, 4), Statistics.of(List.of(9.0, 2.0, 1.0, 3.0)));
  }

  @Test
  void shouldRefuseNothing() {
    assertThrows(IllegalArgumentException.class, () -> Statistics.of(List.of()));
  }
}
