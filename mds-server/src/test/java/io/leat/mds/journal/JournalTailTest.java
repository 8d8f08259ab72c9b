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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalTailTest {

  private static final int BATCHES = 50;
  private static final int SEGMENT_BLOCKS = 8;

  private final TestStorage storage = new TestStorage(SEGMENT_BLOCKS, 64, 9);
  private final MetadataArea reading = storage.process();
  private final List<Replayed> visited = new ArrayList<>();

  private JournalTail tail(JournalPosition from) throws IOException {
    return JournalTail.after(from, reading, JournalHistory.read(reading));
  }

  private boolean follow(JournalTail tail, Replayed last) throws IOException {
    return tail.follow(
        last.position().batch(),
        (position, payload) ->
            visited.add(
                new Replayed(position, StandardCharsets.ISO_8859_1.decode(payload).toString())));
  }

  @Test
  void shouldVisitAllButTheLastBatchOnceAndInOrder() throws IOException {
    Random random = new Random(5);
    List<Replayed> appended = new ArrayList<>();
    try (Journal owner = activate(storage.process(), 0).journal()) {
      appended.add(append(owner, "first"));
      try (JournalTail tail = tail(JournalPosition.START)) {
        for (int i = 0; i < BATCHES; i++) {
          int blocks = 1 + random.nextInt(SEGMENT_BLOCKS - 2);
          appended.add(append(owner, textOf("batch " + i, blocks)));
          if (random.nextInt(4) == 0) {
            assertTrue(follow(tail, appended.get(appended.size() - 1)));
            assertEquals(appended.subList(0, appended.size() - 1), visited);
          }
        }
      }
    }
  }

  @Test
  void shouldNotReadWhatNobodySaysIsThere() throws IOException {
    try (Journal owner = activate(storage.process(), 0).journal()) {
      Replayed first = append(owner, "a");
      append(owner, "b");
      append(owner, "c");
      try (JournalTail tail = tail(first.position())) {
        assertTrue(follow(tail, first));
        assertEquals(List.of(), visited);
      }
    }
  }

  @Test
  void shouldLoseTheWayWhenAnotherOwnsTheJournal() throws IOException {
    Journal a = activate(storage.process(), 0).journal();
    append(a, "a");
    try (JournalTail tail = tail(JournalPosition.START);
        Journal b = activate(storage.process(), 1).journal()) {
      append(b, "b1");
      Replayed last = append(b, "b2");
      assertFalse(follow(tail, last));
    }
    a.close();
  }

  @Test
  void shouldRefuseToBeginOutsideOfHistory() throws IOException {
    try (Journal owner = activate(storage.process(), 0).journal()) {
      append(owner, "a");
      JournalPosition other = new JournalPosition(1, 1, ChainHash.ZERO);
      assertThrows(PositionNotInHistoryException.class, () -> tail(other));
    }
  }

  /** Whoever takes over reads only what comes after the place that the tail has come to. */
  @Test
  void shouldGiveAPlaceFromWhichAnActivationGoesOn() throws IOException {
    Journal a = activate(storage.process(), 0).journal();
    append(a, "first");
    JournalTail tail = tail(JournalPosition.START);
    for (int i = 0; i < BATCHES; i++) {
      assertTrue(follow(tail, append(a, textOf("batch " + i, 1 + i % 3))));
    }
    append(a, "not followed");
    a.close();
    List<Replayed> all = replay(reading);
    MetadataArea area = storage.process();
    area.acquireLane(1);
    JournalActivation.Activated b =
        new JournalActivation(area, 1, nextEpoch(area), "mds1", CheckpointKeeper.NONE)
            .run(Optional.of(tail.settled()));
    assertEquals(all, replay(b.history()));
    JournalPosition from = tail.settled().position();
    assertEquals(all.subList((int) from.batch(), all.size()), replay(b.history(), from));
    tail.close();
    b.journal().close();
  }
}
