package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.activate;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.bytes;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTest {

  private final TestStorage storage = new TestStorage(8, 6, 2);

  @Test
  void shouldBeEmptyWhenNothingWasAppended() throws IOException {
    MetadataArea area = storage.process();
    assertEquals(Optional.empty(), JournalHistory.read(area).end());
    try (Journal journal = activate(area, 0).journal()) {
      assertEquals(JournalPosition.START, journal.position());
    }
    assertEquals(List.of(), replay(area));
    assertEquals(Optional.empty(), JournalHistory.read(area).end());
  }

  @Test
  void shouldReplayEverythingAfterRestartsOnAnyLaneAcrossSegments() throws IOException {
    List<Replayed> expected = new ArrayList<>();
    MetadataArea area = storage.process();
    for (int term = 0; term < 9; term++) {
      JournalActivation.Activated activated = activate(area, term % 3);
      assertEquals(expected, replay(activated.history()));
      try (Journal journal = activated.journal()) {
        for (int i = 0; i < 1 + term % 4; i++) {
          expected.add(append(journal, textOf(term + "." + i, 1 + i)));
          assertTrue(journal.newest());
        }
      }
      storage.losePower();
      assertEquals(expected, replay(area));
    }
    assertEquals(
        expected.get(expected.size() - 1).position(), JournalHistory.read(area).end().get());
  }

  @Test
  void shouldReplayAfterEachPosition() throws IOException {
    List<Replayed> all = new ArrayList<>();
    MetadataArea area = storage.process();
    for (int term = 0; term < 3; term++) {
      try (Journal journal = activate(area, term).journal()) {
        for (int i = 0; i < 5; i++) {
          all.add(append(journal, textOf(term + "." + i, 2)));
        }
      }
    }
    JournalHistory history = JournalHistory.read(area);
    for (int i = 0; i < all.size(); i++) {
      assertEquals(all.subList(i + 1, all.size()), replay(history, all.get(i).position()));
    }
  }

  @Test
  void shouldRefuseToReplayAfterPositionOutsideHistory() throws IOException {
    MetadataArea area = storage.process();
    JournalPosition last;
    try (Journal journal = activate(area, 0).journal()) {
      append(journal, "one");
      append(journal, "two");
      last = append(journal, "three").position();
    }
    JournalHistory history = JournalHistory.read(area);
    for (long batch = 1; batch < 5; batch++) {
      JournalPosition other = new JournalPosition(last.epoch(), batch, new ChainHash(4, 2));
      assertThrows(PositionNotInHistoryException.class, () -> replay(history, other));
    }
    JournalPosition otherEpoch = new JournalPosition(2, last.batch(), last.hash());
    assertThrows(PositionNotInHistoryException.class, () -> replay(history, otherEpoch));
  }

  @Test
  void shouldFailWithoutLossWhenLaneIsFull() throws IOException {
    List<Replayed> expected = new ArrayList<>();
    MetadataArea area = storage.process();
    try (Journal journal = activate(area, 0).journal()) {
      for (int i = 0; i < 6; i++) {
        expected.add(append(journal, textOf("" + i, 7)));
      }
      assertFalse(journal.prepareNextSegment());
      JournalFullException e =
          assertThrows(JournalFullException.class, () -> append(journal, "more"));
      assertTrue(e.getMessage().contains("lane 0"), e.getMessage());
      assertTrue(journal.newest());
      assertThrows(JournalFullException.class, () -> append(journal, "more"));
      assertEquals(expected.get(5).position(), journal.position());
    }
    assertEquals(expected, replay(area));
    try (Journal journal = activate(area, 1).journal()) {
      expected.add(append(journal, "elsewhere"));
    }
    assertEquals(expected, replay(area));
  }

  @Test
  void shouldUsePreparedSegment() throws IOException {
    MetadataArea area = storage.process();
    try (Journal journal = activate(area, 0).journal()) {
      assertTrue(journal.prepareNextSegment());
      assertTrue(journal.prepareNextSegment());
      assertEquals(2, area.segments(0).size());
      append(journal, textOf("a", 7));
      append(journal, textOf("b", 7));
      assertEquals(2, area.segments(0).size());
    }
    activate(area, 0).journal().close();
    assertEquals(3, area.segments(0).size());
  }

  @Test
  void shouldRefuseBatchesOfWrongSize() throws IOException {
    MetadataArea area = storage.process();
    try (Journal journal = activate(area, 0).journal()) {
      int max = journal.payloadBytesMax();
      assertThrows(IllegalArgumentException.class, () -> append(journal, ""));
      ByteBuffer tooLong = ByteBuffer.allocate(max + 1);
      assertThrows(IllegalArgumentException.class, () -> journal.append(tooLong));
      assertEquals(1, journal.append(ByteBuffer.allocate(max)).batch());
      assertEquals(2, append(journal, "x").position().batch());
    }
    assertEquals(2, replay(area).size());
  }

  @Test
  void shouldLeavePayloadWhereItIsAndTakeAnyBuffer() throws IOException {
    MetadataArea area = storage.process();
    try (Journal journal = activate(area, 0).journal()) {
      ByteBuffer payload = bytes("..payload..").position(2).limit(9).asReadOnlyBuffer();
      journal.append(payload);
      assertEquals(2, payload.position());
      journal.append(ByteBuffer.allocateDirect(9).put(bytes("directly.")).position(0).limit(8));
    }
    assertEquals(
        List.of("payload", "directly"), replay(area).stream().map(Replayed::payload).toList());
  }

  @Test
  void shouldTakeNothingMoreWhenAnAppendFailed() throws IOException {
    for (int steps = 0; steps < 2; steps++) {
      StepLimitedArea area = new StepLimitedArea(storage.process(), 100);
      try (Journal journal = activate(area, steps).journal()) {
        append(journal, "one");
        area.setSteps(steps);
        assertThrows(JournalStoppedException.class, () -> append(journal, "two"));
        area.setSteps(100);
        assertThrows(JournalStoppedException.class, () -> append(journal, "three"));
      }
    }
  }

  @Test
  void shouldTakeNothingMoreWhenClosed() throws IOException {
    Journal journal = activate(storage.process(), 0).journal();
    journal.close();
    assertThrows(JournalStoppedException.class, () -> append(journal, "x"));
  }

  @Test
  void shouldRefuseSecondWriterOfLane() throws IOException {
    try (MetadataArea first = storage.process()) {
      activate(first, 0);
      assertThrows(LaneInUseException.class, () -> activate(storage.process(), 0));
    }
    activate(storage.process(), 0);
  }
}
