package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LanesTest {

  private final TestStorage storage = new TestStorage(16, 4, 1);

  private MetadataArea process(String mds, int lane) throws IOException {
    MetadataArea area = storage.process();
    assertEquals(lane, Lanes.acquire(area, mds, Lanes.Register.NONE));
    return area;
  }

  private MetadataArea claimed(String mds, int lane) throws IOException {
    MetadataArea area = process(mds, lane);
    claim(area, lane, mds);
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
  void shouldGiveAFreedLaneToAnother() throws IOException {
    MetadataArea gone = claimed("gone", 0);
    claimed("lives", 1);
    MetadataArea owner = claimed("owner", 2);
    assertThrows(LaneInUseException.class, () -> owner.freeLane(0, 2, 3), "it has not ended");
    gone.close();
    assertThrows(LaneInUseException.class, () -> owner.freeLane(2, 2, 3), "the own one");
    owner.freeLane(0, 2, 3);
    assertEquals(
        List.of(Optional.empty(), Optional.of("lives"), Optional.of("owner")), owner.laneOwners());
    assertEquals(3, new EpochBlocks(owner).highest());
    claimed("next", 0);
  }

  /** It would forget the claim of who has replaced it. */
  @Test
  void shouldFreeNoLaneForAnOwnerThatWasReplaced() throws IOException {
    MetadataArea owner = claimed("owner", 0);
    MetadataArea next = claimed("next", 1);
    next.close();
    assertThrows(NewerEpochException.class, () -> owner.freeLane(1, 0, 1));
    assertEquals(2, new EpochBlocks(owner).highest());
    process("next", 1);
  }

  @Test
  void shouldNotTakeALaneThatCannotBeRead() throws IOException {
    MetadataArea area = storage.process();
    TestStorage.overwrite(area.epochs().get(0), 0, new byte[] {1});
    assertEquals(1, Lanes.acquire(area, "a", Lanes.Register.NONE));
  }
}
