package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class EpochBlocksTest {

  private static final int LANE_BYTES = 2 * JournalFormat.BLOCK;

  private final TestStorage storage = new TestStorage(4, 4, 1);
  private final MetadataArea area = storage.process();
  private final EpochBlocks a = new EpochBlocks(area);
  private final EpochBlocks b = new EpochBlocks(storage.process());

  @Test
  void shouldAnswerZeroWhenNobodyEverClaimed() throws IOException {
    assertEquals(0, a.highest());
    assertFalse(a.newest(1));
  }

  @Test
  void shouldBeNewestUntilAnotherLaneClaimsMore() throws IOException {
    a.claim(0, 5, "a");
    assertTrue(a.newest(5));
    b.claim(1, 6, "b");
    assertFalse(a.newest(5));
    assertTrue(b.newest(6));
    assertEquals(6, a.highest());
  }

  @Test
  void shouldSurvivePowerLossWhenClaimed() throws IOException {
    for (long epoch = 1; epoch < 6; epoch++) {
      a.claim(0, epoch, "a");
      storage.losePower();
      assertEquals(epoch, a.highest());
      assertTrue(a.newest(epoch));
    }
  }

  @Test
  void shouldRefuseClaimWhenEpochIsHeldAlready() throws IOException {
    a.claim(0, 5, "mds-a");
    NewerEpochException e =
        assertThrows(NewerEpochException.class, () -> b.claim(1, 5, "b"), "equal");
    assertTrue(e.getMessage().contains("mds-a"), e.getMessage());
    assertThrows(NewerEpochException.class, () -> b.claim(1, 4, "b"));
    assertThrows(NewerEpochException.class, () -> a.claim(0, 5, "a"));
    assertEquals(5, b.highest());
  }

  @Test
  void shouldAbortBothOrTheLowerWhenClaimsRace() throws IOException {
    // The rival's block lands between this claim's write and its reading back.
    EpochBlocks racing =
        new EpochBlocks(new InterposedArea(storage.process(), () -> b.claim(1, 7, "b")));
    assertThrows(NewerEpochException.class, () -> racing.claim(0, 6, "a"));
    assertTrue(b.newest(7));
    EpochBlocks equal =
        new EpochBlocks(
            new InterposedArea(
                storage.process(),
                () -> assertThrows(NewerEpochException.class, () -> b.claim(1, 8, "b"))));
    equal.claim(0, 8, "a");
    assertTrue(equal.newest(8));
    assertFalse(b.newest(7));
  }

  @Test
  void shouldCountUnreadableBlockOfOtherLaneAsNewer() throws IOException {
    a.claim(0, 5, "a");
    spoil(2 * LANE_BYTES);
    assertFalse(a.newest(5));
    NewerEpochException e = assertThrows(NewerEpochException.class, () -> a.claim(0, 6, "a"));
    assertTrue(e.getMessage().contains("lane 2"), e.getMessage());
  }

  @Test
  void shouldIgnoreOnlyOlderUnreadableBlockOfOwnLane() throws IOException {
    a.claim(0, 5, "a");
    a.claim(0, 6, "a");
    spoil(0);
    assertTrue(a.newest(6));
    assertThrows(NewerEpochException.class, () -> b.claim(1, 7, "b"));
    spoil(JournalFormat.BLOCK);
    assertFalse(a.newest(6));
  }

  @Test
  void shouldRepairOwnLaneWhenClaiming() throws IOException {
    spoil(0);
    spoil(JournalFormat.BLOCK);
    assertThrows(NewerEpochException.class, () -> b.claim(1, 7, "b"));
    a.claim(0, 8, "a");
    assertTrue(a.newest(8));
    b.claim(1, 9, "b");
    assertTrue(b.newest(9));
  }

  @Test
  void shouldRefuseWrongLanesAndOwners() {
    assertThrows(IllegalArgumentException.class, () -> a.claim(TestStorage.LANES, 1, "a"));
    assertThrows(IllegalArgumentException.class, () -> a.claim(-1, 1, "a"));
    assertThrows(IllegalArgumentException.class, () -> a.claim(0, 1, ""));
    assertThrows(IllegalArgumentException.class, () -> a.claim(0, 1, "x".repeat(257)));
    assertThrows(IllegalArgumentException.class, () -> a.claim(0, 0, "a"));
  }

  private void spoil(int at) throws IOException {
    TestStorage.overwrite(area.epochs().get(0), at + 100, new byte[] {42});
  }
}
