package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class LanesTest {

  private final TestStorage storage = new TestStorage(16, 4, 1);

  private MetadataArea process(String mds, int lane) throws IOException {
    MetadataArea area = storage.process();
    assertEquals(lane, Lanes.acquire(area, mds, Lanes.Register.NONE));
    return area;
  }

  private static void claim(MetadataArea area, int lane, String mds) throws IOException {
    new EpochBlocks(area).claim(lane, TestStorage.nextEpoch(area), mds);
  }

  @Test
  void shouldGiveEachItsOwnAndTheSameAgain() throws IOException {
    MetadataArea a = process("a", 0);
    MetadataArea b = process("b", 1);
    claim(b, 1, "b");
    claim(a, 0, "a");
    a.close();
    b.close();
    process("b", 1);
    process("a", 0);
    process("c", 2);
  }

  @Test
  void shouldGiveALaneThatWasNeverClaimedToAnother() throws IOException {
    process("a", 0).close();
    process("b", 0);
  }

  @Test
  void shouldNotShareALaneWithAPredecessorOfTheSameName() throws IOException {
    MetadataArea a = process("a", 0);
    claim(a, 0, "a");
    assertThrows(
        LaneInUseException.class, () -> Lanes.acquire(storage.process(), "a", Lanes.Register.NONE));
  }

  @Test
  void shouldSayWhoHasTheLanesWhenNoneIsLeft() throws IOException {
    for (int lane = 0; lane < TestStorage.LANES; lane++) {
      MetadataArea area = process("mds" + lane, lane);
      if (lane != 1) {
        claim(area, lane, "mds" + lane);
      }
    }
    LaneInUseException refused =
        assertThrows(
            LaneInUseException.class,
            () -> Lanes.acquire(storage.process(), "d", Lanes.Register.NONE));
    assertTrue(
        refused.getMessage().contains("[mds0, a process that has not owned it yet, mds2]"),
        refused.getMessage());
  }

  @Test
  void shouldNotTakeALaneThatCannotBeRead() throws IOException {
    MetadataArea area = storage.process();
    TestStorage.overwrite(area.epochs().get(0), 0, new byte[] {1});
    assertEquals(1, Lanes.acquire(area, "a", Lanes.Register.NONE));
  }
}
