package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.activate;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import io.leat.volume.Device;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTakeoverTest {

  /** More than any activation takes; a test fails if one is never survived. */
  private static final int STEPS_MAX = 40;

  private final TestStorage storage = new TestStorage(8, 64, 4);

  @Test
  void shouldNeverShowWhatOldOwnerAppendsAfterTakeover() throws IOException {
    Journal a = activate(storage.process(), 0).journal();
    List<Replayed> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add(append(a, "a" + i));
    }
    assertTrue(a.newest());
    MetadataArea areaB = storage.process();
    JournalActivation.Activated b = activate(areaB, 1);
    assertEquals(expected, replay(b.history()));
    append(a, "late");
    append(a, textOf("late, in a segment of its own", 7));
    assertFalse(a.newest());
    assertThrows(JournalStoppedException.class, () -> append(a, "still later"));
    assertEquals(expected, replay(b.history()));
    expected.add(append(b.journal(), "b"));
    assertTrue(b.journal().newest());
    assertEquals(expected, replay(areaB));
    a.close();
    JournalActivation.Activated again = activate(storage.process(), 0);
    assertEquals(expected, replay(again.history()));
    assertFalse(b.journal().newest());
  }

  /** Others know the segment that they go on after by its number alone. */
  @Test
  void shouldNotGiveANumberAgainWhoseSegmentHasLostItsHeader() throws IOException {
    try (Journal a = activate(storage.process(), 0).journal()) {
      append(a, "a");
      append(a, "b");
    }
    activate(storage.process(), 1).journal().close();
    MetadataArea area = storage.process();
    try (Device device = area.openToWrite(new SegmentSlot(0, 0))) {
      device.write(0, JournalFormat.allocate(JournalFormat.BLOCK)); // it was to be used again
    }
    assertEquals(2, HistoryScan.of(area, Optional.empty()).nextNumber(0, 0));
  }

  @Test
  void shouldAdoptWhatOldOwnerMadeDurableBeforeTheClaim() throws IOException {
    Journal a = activate(storage.process(), 0).journal();
    Replayed unacknowledged = append(a, "durable, not yet checked");
    JournalActivation.Activated b = activate(storage.process(), 1);
    assertFalse(a.newest());
    assertEquals(List.of(unacknowledged), replay(b.history()));
  }

  @Test
  void shouldKeepAdoptedBatchWhenItWasNeverFlushedAndPowerFails() throws IOException {
    StepLimitedArea areaA = new StepLimitedArea(storage.process(), 100);
    Journal a = activate(areaA, 0).journal();
    append(a, "one");
    areaA.setSteps(1);
    assertThrows(JournalStoppedException.class, () -> append(a, "written, flush failed"));
    JournalActivation.Activated b = activate(storage.process(), 1);
    List<Replayed> exposed = replay(b.history());
    assertEquals(2, exposed.size());
    storage.losePower();
    assertEquals(exposed, replay(storage.process()));
  }

  @Test
  void shouldForgetCopyWithoutHeaderWhenTheOriginalIsLost() throws IOException {
    int lost = 0;
    for (long seed = 0; seed < 20; seed++) {
      TestStorage other = new TestStorage(8, 64, seed);
      StepLimitedArea areaA = new StepLimitedArea(other.process(), 100);
      Journal a = activate(areaA, 0).journal();
      append(a, "one");
      areaA.setSteps(1);
      assertThrows(JournalStoppedException.class, () -> append(a, "written, flush failed"));
      // Claim, new segment, copy with flush: then it dies in the header's write.
      try (MetadataArea areaB = new StepLimitedArea(other.process(), 5)) {
        assertThrows(IOException.class, () -> activate(areaB, 1));
      }
      other.losePower();
      lost += replay(other.process()).size() == 1 ? 1 : 0;
    }
    assertTrue(lost > 0);
  }

  @Test
  void shouldNotBecomeOwnerWhenJournalHasNewerSegment() throws IOException {
    MetadataArea area = storage.process();
    try (Journal journal = JournalActivation.activate(area, 0, 9, "a").journal()) {
      append(journal, "x");
    }
    // The epoch blocks are lost, as if restored from an old copy.
    area.epochs().get(0).write(0, java.nio.ByteBuffer.allocate(EpochBlocks.BYTES));
    assertThrows(NewerEpochException.class, () -> JournalActivation.activate(area, 1, 9, "b"));
    JournalActivation.activate(area, 1, 10, "b").journal().close();
    assertEquals(1, replay(area).size());
  }

  @Test
  void shouldIgnoreOwnerThatWakesUpInTheMiddleOfItsActivation() throws IOException {
    Journal a = activate(storage.process(), 0).journal();
    List<Replayed> expected = new ArrayList<>();
    expected.add(append(a, "a"));
    List<JournalActivation.Activated> newer = new ArrayList<>();
    MetadataArea paused =
        new InterposedArea(
            storage.process(),
            () -> {
              newer.add(activate(storage.process(), 2));
              expected.add(append(newer.get(0).journal(), "c"));
            });
    assertThrows(NewerEpochException.class, () -> activate(paused, 1));
    assertTrue(newer.get(0).journal().newest());
    assertEquals(expected, replay(storage.process()));
  }

  @Test
  void shouldKeepEverythingWhenActivationCrashesAtAnyStep() throws IOException {
    for (boolean powerFails : new boolean[] {false, true}) {
      for (int lastBlocks = 1; lastBlocks <= 3; lastBlocks += 2) {
        crashAtEachStep(powerFails, lastBlocks);
      }
    }
  }

  private static void crashAtEachStep(boolean powerFails, int lastBlocks) throws IOException {
    int survived = 0;
    for (int steps = 0; steps < STEPS_MAX && survived < 2; steps++) {
      TestStorage storage = new TestStorage(8, 64, steps);
      List<Replayed> expected = new ArrayList<>();
      try (MetadataArea a = storage.process()) {
        Journal journal = activate(a, 0).journal();
        expected.add(append(journal, textOf("1", 5)));
        expected.add(append(journal, textOf("2", lastBlocks)));
        assertTrue(journal.newest());
      }
      boolean done = false;
      for (int attempt = 0; attempt < 3; attempt++) {
        done |= crashes(storage, attempt % 2, steps, powerFails);
        assertEquals(expected, replay(storage.process()), "after " + steps + " steps");
      }
      try (MetadataArea c = storage.process()) {
        JournalActivation.Activated activated = activate(c, 1);
        assertEquals(expected, replay(activated.history()));
        expected.add(append(activated.journal(), "3"));
        assertEquals(expected, replay(c));
      }
      survived += done ? 1 : 0;
    }
    assertEquals(2, survived);
  }

  private static boolean crashes(TestStorage storage, int lane, int steps, boolean powerFails)
      throws IOException {
    boolean done = true;
    try (StepLimitedArea area = new StepLimitedArea(storage.process(), steps)) {
      JournalActivation.activate(area, lane, nextEpoch(area), "b");
    } catch (IOException e) {
      done = false;
    }
    if (powerFails) {
      storage.losePower();
    }
    return done;
  }

  @Test
  void shouldNotLeakSegmentsWhenActivationsCrash() throws IOException {
    try (Journal journal = activate(storage.process(), 1).journal()) {
      append(journal, "x");
    }
    for (int i = 0; i < 20; i++) {
      // Claim, copy: then it dies in the copy's flush or in the header's write.
      try (StepLimitedArea area = new StepLimitedArea(storage.process(), 4)) {
        assertThrows(IOException.class, () -> activate(area, 0));
      }
    }
    assertEquals(1, storage.process().segments(0).size());
  }
}
