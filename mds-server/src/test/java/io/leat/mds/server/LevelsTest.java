package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.MemberInfo;
import io.leat.model.VersionRange;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LevelsTest {

  private static MemberInfo member(String name, int min, int max) {
    return new MemberInfo(
        name, "h", 1, List.of(), "v" + max, new VersionRange(1, 1), new VersionRange(min, max), 0);
  }

  @Test
  void shouldServeBesideWhoSharesALevel() {
    int newest = Levels.KNOWN.max();
    assertDoesNotThrow(() -> Levels.requireShared("a", List.of()));
    assertDoesNotThrow(() -> Levels.requireShared("a", List.of(member("b", newest, newest + 3))));
    List<MemberInfo> members = List.of(member("b", 1, newest), member("c", newest + 1, newest + 2));
    IOException refused = assertThrows(IOException.class, () -> Levels.requireShared("a", members));
    assertTrue(refused.getMessage().contains("c, v" + (newest + 2)), refused.getMessage());
  }

  @Test
  void shouldRefuseALevelThatIsNotKnown() {
    assertDoesNotThrow(() -> Levels.requireKnown("demo", Levels.KNOWN.max()));
    IOException newer =
        assertThrows(IOException.class, () -> Levels.requireKnown("demo", Levels.KNOWN.max() + 1));
    assertTrue(newer.getMessage().contains("start the newer version"), newer.getMessage());
    IOException older =
        assertThrows(IOException.class, () -> Levels.requireKnown("demo", Levels.KNOWN.min() - 1));
    assertTrue(older.getMessage().contains("start an older version"), older.getMessage());
  }

  @Test
  void shouldChooseWhatAllMembersKnow() {
    List<MemberInfo> members = List.of(member("a", 1, 4), member("b", 1, 2), member("c", 2, 3));
    assertEquals(2, Levels.newestOf(members));
    assertEquals("b", Levels.oldestOf(members).orElseThrow().name());
    assertEquals(Levels.KNOWN.max(), Levels.newestOf(List.of()));
  }
}
