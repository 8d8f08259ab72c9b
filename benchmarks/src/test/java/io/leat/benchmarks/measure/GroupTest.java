package io.leat.benchmarks.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupTest {

  @Test
  void shouldKnowGroupsByTheirNames() {
    assertEquals(Optional.of(List.of(Group.META)), Group.of("meta"));
    assertEquals(Optional.of(List.of(Group.values())), Group.of("all"));
    assertEquals(Optional.empty(), Group.of("META"));
    assertEquals(List.of("dfsio", "meta", "small", "failover", "all"), Group.names());
  }

  @Test
  void shouldNameEachMetricOnce() {
    List<String> names =
        WorkloadKind.of(List.of(Group.values())).stream()
            .flatMap(kind -> kind.metrics().stream())
            .map(Metric::name)
            .toList();

    assertEquals(40, names.size());
    assertEquals(names.size(), new HashSet<>(names).size());
  }
}
