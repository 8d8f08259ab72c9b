package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.BLOCK;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.flipBit;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalRingTest {

  private static final int SEGMENTS = 4;

  /** 7 blocks of batches in a segment. */
  private final TestStorage storage = new TestStorage(8, SEGMENTS, 5);

  private final MetadataArea area = storage.process();
  private final ModelCheckpoints checkpoints = new ModelCheckpoints();
  private final List<Replayed> written = new ArrayList<>();

  private Journal open(int lane) throws IOException {
    return JournalActivation.activate(area, lane, nextEpoch(area), "mds", checkpoints).journal();
  }

  private void write(Journal journal, int batches, int blocks) throws IOException {
    for (int i = 0; i < batches; i++) {
      written.add(append(journal, textOf("batch " + written.size() + " ", blocks)));
    }
  }

  private void checkpoint(Journal journal) {
    checkpoints.save(written);
    journal.recycleBelow(checkpoints.previousCheckpoint());
  }

  private void assertRecovered() throws IOException {
    assertEquals(written, checkpoints.stateAt(JournalHistory.read(area)));
  }

  @Test
  void shouldUseSegmentsAgainBelowPreviousCheckpoint() throws IOException {
    try (Journal journal = open(0)) {
      for (int round = 0; round < 40; round++) {
        write(journal, 3, 1 + round % 3);
        checkpoint(journal);
        assertRecovered();
      }
      assertTrue(area.segments(0).size() <= SEGMENTS);
    }
    open(0).close();
    assertRecovered();
  }

  @Test
  void shouldSeeNothingOfFormerUseWhenBatchesStandInTheSamePlaces() throws IOException {
    for (int term = 0; term < 6; term++) {
      try (Journal journal = open(0)) {
        for (int batch = 0; batch < 31; batch++) {
          write(journal, 1, 1);
          assertRecovered();
          if (batch % 7 == 0) {
            checkpoint(journal);
          }
        }
      }
    }
    assertTrue(area.segments(0).size() < SEGMENTS);
  }

  @Test
  void shouldKeepWhatThePreviousCheckpointNeeds() throws IOException {
    try (Journal journal = open(0)) {
      write(journal, 7, 1);
      checkpoint(journal);
      write(journal, 21, 1);
      checkpoint(journal);
      assertFalse(journal.prepareNextSegment());
      assertThrows(JournalFullException.class, () -> append(journal, "full"));
      checkpoint(journal);
      assertTrue(journal.prepareNextSegment());
      write(journal, 1, 1);
      assertRecovered();
    }
  }

  @Test
  void shouldMakeCheckpointsWhenActivationFindsRingFull() throws IOException {
    for (int restart = 0; restart < 30; restart++) {
      try (Journal journal = open(0)) {
        write(journal, 1 + restart % 2, 3);
      }
      assertRecovered();
      assertTrue(area.segments(0).size() <= SEGMENTS);
    }
  }

  @Test
  void shouldNotFillRingWhenActivatedAgainAndAgain() throws IOException {
    open(0).close();
    try (Journal journal = open(0)) {
      write(journal, 2, 1);
    }
    for (int restart = 0; restart < 3 * SEGMENTS; restart++) {
      open(0).close();
      assertRecovered();
    }
    assertEquals(List.of(), checkpoints.newest());
  }

  @Test
  void shouldRefuseActivationWhenSegmentIsMissingAndNoCheckpointReplacesIt() throws IOException {
    shouldUseSegmentsAgainBelowPreviousCheckpoint();
    List<SegmentSlot> before = area.segments(0);
    DamagedJournalException e =
        assertThrows(
            DamagedJournalException.class,
            () -> JournalActivation.activate(area, 0, nextEpoch(area), "mds"));
    assertTrue(e.getMessage().contains("no checkpoint"), e.getMessage());
    assertEquals(before, area.segments(0));
    assertRecovered();
  }

  @Test
  void shouldRefuseImageThatStandsBeforeTheJournal() throws IOException {
    shouldUseSegmentsAgainBelowPreviousCheckpoint();
    JournalHistory history = JournalHistory.read(area);
    JournalPosition old = written.get(3).position();
    PositionNotInHistoryException e =
        assertThrows(PositionNotInHistoryException.class, () -> TestStorage.replay(history, old));
    assertTrue(e.getMessage().contains("goes back only to"), e.getMessage());
    assertThrows(DamagedJournalException.class, () -> TestStorage.replay(history));
  }

  /**
   * Leaves a segment in its second use with {@code batches} batches, behind which old ones stand.
   */
  private SegmentSlot writeInSecondUse(int batches) throws IOException {
    try (Journal journal = open(0)) {
      write(journal, 7 * SEGMENTS - 2, 1);
      checkpoint(journal);
      checkpoint(journal);
      write(journal, 2 + batches, 1);
      checkpoints.save(written.subList(0, 7 * SEGMENTS));
    }
    assertRecovered();
    return new SegmentSlot(0, 0);
  }

  @Test
  void shouldDropLastBatchWhenItIsDamagedInSecondUse() throws IOException {
    SegmentSlot slot = writeInSecondUse(3);
    flipBit(area, slot, 3L * BLOCK + 100);
    written.remove(written.size() - 1);
    assertRecovered();
    try (Journal journal = open(0)) {
      write(journal, 2, 2);
    }
    assertRecovered();
  }

  @Test
  void shouldExplainWhenMiddleIsDamagedInSecondUse() throws IOException {
    SegmentSlot slot = writeInSecondUse(3);
    flipBit(area, slot, 2L * BLOCK + 100);
    DamagedJournalException e =
        assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
    assertTrue(e.getMessage().contains("intact, at byte " + 3 * BLOCK), e.getMessage());
  }

  @Test
  void shouldLeaveZerosBehindLastBatchInSecondUse() throws IOException {
    SegmentSlot slot = writeInSecondUse(3);
    byte[] end = TestStorage.read(area, slot, 4L * BLOCK, 2 * BLOCK);
    for (int i = 0; i < BLOCK; i++) {
      assertEquals(0, end[i]);
    }
    assertEquals('L', end[BLOCK]);
  }

  @Test
  void shouldGoOnWhenSegmentCannotBeMadeButOldOneCanBeUsed() throws IOException {
    MetadataArea full =
        new ForwardingArea(storage.process()) {
          @Override
          public void createSegment(SegmentSlot slot) throws IOException {
            if (segments(slot.lane()).size() >= 3) {
              throw new IOException("No space left on device");
            }
            super.createSegment(slot);
          }
        };
    try (Journal journal =
        JournalActivation.activate(full, 0, nextEpoch(full), "mds", checkpoints).journal()) {
      write(journal, 21, 1);
      JournalFullException e = assertThrows(JournalFullException.class, () -> append(journal, "x"));
      assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
      checkpoint(journal);
      checkpoint(journal);
      write(journal, 10, 1);
      assertRecovered();
    }
  }
}
