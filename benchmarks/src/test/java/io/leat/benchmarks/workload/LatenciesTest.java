package io.leat.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void shouldFindPercentilesOfMoreThanItFirstHasRoomFor() {
    Latencies latencies = new Latencies();
    for (int micros = 2_000; micros > 0; micros--) {
      latencies.add(micros * 1_000L);
    }

    assertEquals(1_000, latencies.micros(0.5));
    assertEquals(1_980, latencies.micros(0.99));
    assertEquals(2_000, latencies.micros(1));
  }

  @Test
  void shouldRefuseToTellOfNothing() {
    assertThrows(IllegalStateException.class, () -> new Latencies().micros(0.5));
  }

  @Test
  void shouldReadTheLastThroughputOfTestDfsio() throws IOException {
    List<String> lines =
        List.of(
            "----- TestDFSIO ----- : write",
            "     Throughput mb/sec: 12.5",
            "----- TestDFSIO ----- : read",
            "     Throughput mb/sec: 1034.71",
            "Average IO rate mb/sec: 1.0");

    assertEquals(1034.71, DfsioResult.throughput(lines));
    assertThrows(IOException.class, () -> DfsioResult.throughput(List.of()));
  }
}
