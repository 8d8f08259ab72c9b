package io.leat.mds.takeover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.VirtualServerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BalanceTest {

  private static final int ROUNDS = 300;

  private final List<VirtualServerConfig> cell = new ArrayList<>();

  private void add(int count, boolean balanced, String... candidates) {
    for (int i = 0; i < count; i++) {
      String name = "v%02d".formatted(cell.size());
      cell.add(
          new VirtualServerConfig(
              name, List.of(candidates), "p", true, balanced, VirtualServerConfig.NEW));
    }
  }

  private void balance(String... members) {
    for (VirtualServerConfig changed : Balance.changes(cell, List.of(members))) {
      cell.replaceAll(one -> one.name().equals(changed.name()) ? changed : one);
    }
    assertEquals(List.of(), Balance.changes(cell, List.of(members)), "it comes to rest");
  }

  private Map<String, Long> at(int place) {
    return cell.stream()
        .filter(one -> one.candidates().size() > place)
        .map(one -> one.candidates().get(place))
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  private static void requireEqual(Map<String, Long> shares, int members) {
    assertEquals(members, shares.size(), shares.toString());
    assertTrue(
        Collections.max(shares.values()) - Collections.min(shares.values()) <= 1,
        shares.toString());
  }

  @Test
  void shouldGiveEqualSharesAlsoOfWhatIsTakenOver() {
    add(16, true, "a");
    balance("a", "b", "c");
    requireEqual(at(0), 3);
    for (String lost : List.of("a", "b", "c")) {
      Map<String, Long> heirs =
          cell.stream()
              .filter(one -> one.candidates().get(0).equals(lost))
              .map(one -> one.candidates().get(1))
              .collect(
                  Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
      requireEqual(heirs, 2);
    }
  }

  @Test
  void shouldMoveNoMoreThanANewMembersShare() {
    add(16, true, "a");
    balance("a", "b", "c");
    List<VirtualServerConfig> before = List.copyOf(cell);
    balance("a", "b", "c", "d");
    requireEqual(at(0), 4);
    long moved =
        before.stream()
            .filter(
                one ->
                    cell.stream()
                        .anyMatch(
                            now ->
                                now.name().equals(one.name())
                                    && !now.candidates().get(0).equals(one.candidates().get(0))))
            .count();
    assertEquals(4, moved);
  }

  @Test
  void shouldKeepThePlaceOfAMemberThatIsGone() {
    add(9, true, "a");
    balance("a", "b", "c");
    Map<String, Long> before = at(0);
    balance("a", "b");
    assertEquals(before.get("c"), at(0).get("c"));
  }

  @Test
  void shouldLeaveOthersAlone() {
    add(3, false, "a");
    add(1, true, "a");
    balance("a", "b");
    assertEquals(List.of("a"), cell.get(0).candidates());
    assertEquals(List.of("a", "b"), cell.get(3).candidates());
    assertEquals(List.of(), Balance.changes(cell, List.of()));
  }

  @Test
  void shouldComeToRestWhateverThereIs() {
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      cell.clear();
      List<String> all = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
      for (int i = random.nextInt(20); i >= 0; i--) {
        Collections.shuffle(all, random);
        add(1, random.nextInt(4) > 0, all.subList(0, 1 + random.nextInt(5)).toArray(String[]::new));
      }
      Collections.shuffle(all, random);
      balance(all.subList(0, random.nextInt(6)).toArray(String[]::new));
      for (VirtualServerConfig one : cell) {
        assertEquals(one.candidates().size(), one.candidates().stream().distinct().count());
      }
    }
  }
}
