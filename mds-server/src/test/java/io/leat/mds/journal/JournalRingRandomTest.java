package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rings that go round and round, with checkpoints, deaths and losses of power, from a seed. */
class JournalRingRandomTest {

  private static final int SEEDS = Integer.getInteger("leat.test.ring.seeds", 40);
  private static final long FIRST_SEED = Long.getLong("leat.test.ring.seed", 1);
  private static final int TERMS = 25;
  private static final int SEGMENT_BLOCKS = 8;
  private static final String DEAD = "the process has died";

  @Test
  void shouldRecoverAcknowledgedBatchesFromNewestCheckpoint() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        new Run(seed).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -Dleat.test.ring.seed=" + seed, e);
      }
    }
  }

  private static final class Run {

    private final Random random;
    private final TestStorage storage;
    private final ModelCheckpoints checkpoints = new ModelCheckpoints();
    private List<Replayed> acknowledged = new ArrayList<>();

    Run(long seed) {
      random = new Random(seed);
      storage = new TestStorage(SEGMENT_BLOCKS, 3 + random.nextInt(3), seed);
    }

    void run() throws IOException {
      for (int term = 0; term < TERMS; term++) {
        try (StepLimitedArea area = new StepLimitedArea(storage.process(), steps())) {
          term(area);
        } catch (IOException e) {
          assertTrue(e.getMessage().contains(DEAD), e::toString);
        }
        if (random.nextBoolean()) {
          storage.losePower();
        }
      }
      assertHistory(checkpoints.stateAt(JournalHistory.read(storage.process())));
    }

    private int steps() {
      return random.nextInt(4) == 0 ? random.nextInt(12) : 100 + random.nextInt(200);
    }

    private void term(StepLimitedArea area) throws IOException {
      int lane = random.nextInt(TestStorage.LANES);
      JournalActivation.Activated activated =
          JournalActivation.activate(area, lane, nextEpoch(area), "mds", checkpoints);
      List<Replayed> state = checkpoints.stateAt(activated.history());
      assertHistory(state);
      acknowledged = state;
      try (Journal journal = activated.journal()) {
        for (int batch = 0; batch < 60; batch++) {
          acknowledged.add(appendOrMakeRoom(journal));
          assertTrue(journal.newest());
          if (random.nextInt(8) == 0) {
            checkpoint(journal);
          }
        }
      }
    }

    private Replayed appendOrMakeRoom(Journal journal) throws IOException {
      String text = randomText();
      try {
        return append(journal, text);
      } catch (JournalFullException e) {
        checkpoint(journal);
        checkpoint(journal);
        return append(journal, text);
      }
    }

    private void checkpoint(Journal journal) {
      checkpoints.save(acknowledged);
      journal.recycleBelow(checkpoints.previousCheckpoint());
    }

    /** What is acknowledged, and then at most one batch of which nobody knows. */
    private void assertHistory(List<Replayed> state) {
      int known = acknowledged.size();
      assertTrue(state.size() >= known && state.size() <= known + 1, "batches: " + state.size());
      assertEquals(acknowledged, state.subList(0, known));
    }

    private String randomText() {
      int bytes = 1 + random.nextInt((SEGMENT_BLOCKS - 1) * TestStorage.BLOCK - BatchHeader.BYTES);
      int shorter = random.nextInt(3) == 0 ? bytes : 1 + bytes % 200;
      return Character.toString('a' + random.nextInt(26)).repeat(shorter);
    }
  }
}
