package io.leat.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DfsioResultTest {

  @Test
  void shouldTakeTheLastEntry() throws IOException {
    assertEquals(
        1234.5,
        DfsioResult.throughput(
            List.of("      Throughput mb/sec: 1.0", "", "      Throughput mb/sec: 1234.5")));
  }

  @Test
  void shouldRefuseWhatWasTooFastForItsClock() {
    IOException refused =
        assertThrows(
            IOException.class,
            () -> DfsioResult.throughput(List.of("      Throughput mb/sec: \u221e")));

    assertTrue(refused.getMessage().contains("larger ones"), refused.getMessage());
  }

  @Test
  void shouldRefuseAResultWithoutThroughput() {
    assertThrows(IOException.class, () -> DfsioResult.throughput(List.of("Date & time: today")));
  }
}
