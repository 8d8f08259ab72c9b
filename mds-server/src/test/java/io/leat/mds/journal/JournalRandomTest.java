package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static io.leat.mds.journal.TestStorage.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random appends, crashes, takeovers and owners that wake up too late, from a seed. */
class JournalRandomTest {

  private static final int SEEDS = Integer.getInteger("leat.test.journal.seeds", 40);
  private static final long FIRST_SEED = Long.getLong("leat.test.journal.seed", 1);
  private static final int TERMS = 12;
  private static final int SEGMENT_BLOCKS = 8;

  @Test
  void shouldReplayAcknowledgedBatchesOnceAndInOrder() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        new Run(seed).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -Dleat.test.journal.seed=" + seed, e);
      }
    }
  }

  private static final class Run {

    private final Random random;
    private final TestStorage storage;
    private final List<Owner> zombies = new ArrayList<>();

    /** What every later replay must begin with. */
    private List<Replayed> acknowledged = new ArrayList<>();

    private record Owner(StepLimitedArea area, int lane, Journal journal) {}

    Run(long seed) {
      random = new Random(seed);
      storage = new TestStorage(SEGMENT_BLOCKS, 200, seed);
    }

    void run() throws IOException {
      for (int term = 0; term < TERMS; term++) {
        Owner owner = activateSomehow();
        work(owner);
        wakeZombies();
        end(owner);
      }
      assertHistory(replay(storage.process()));
    }

    private Owner activateSomehow() throws IOException {
      for (int attempt = 0; attempt < 100; attempt++) {
        int lane = random.nextInt(TestStorage.LANES);
        zombies.removeIf(zombie -> zombie.lane() == lane && killed(zombie));
        StepLimitedArea area = new StepLimitedArea(storage.process(), random.nextInt(16));
        try {
          JournalActivation.Activated activated =
              JournalActivation.activate(area, lane, nextEpoch(area), "mds" + lane);
          area.setSteps(Integer.MAX_VALUE);
          List<Replayed> replayed = replay(activated.history());
          assertHistory(replayed);
          acknowledged = replayed;
          return new Owner(area, lane, activated.journal());
        } catch (IOException e) {
          assertTrue(e.getMessage().endsWith("the process has died"), e::toString);
          area.close();
          crashStorageSometimes();
        }
      }
      throw new AssertionError("100 activations failed in a row");
    }

    private static boolean killed(Owner zombie) {
      try {
        zombie.area().close();
        return true;
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** What is acknowledged, and then at most one batch of which nobody knows. */
    private void assertHistory(List<Replayed> replayed) {
      int known = acknowledged.size();
      assertTrue(replayed.size() >= known, "acknowledged batches are lost");
      assertEquals(acknowledged, replayed.subList(0, known));
      assertTrue(replayed.size() <= known + 1, "unknown batches: " + replayed.size());
      for (int i = 0; i < replayed.size(); i++) {
        assertEquals(i + 1, replayed.get(i).position().batch());
      }
    }

    private void work(Owner owner) throws IOException {
      int batches = random.nextInt(8);
      for (int i = 0; i < batches; i++) {
        if (random.nextInt(4) == 0) {
          assertTrue(owner.journal().prepareNextSegment());
        }
        Replayed batch = append(owner.journal(), randomText());
        assertTrue(owner.journal().newest());
        acknowledged.add(batch);
      }
      if (random.nextBoolean()) {
        owner.area().setSteps(random.nextInt(6));
        appendUntilDeath(owner);
      }
    }

    private void appendUntilDeath(Owner owner) throws IOException {
      for (int i = 0; i < 10; i++) {
        Replayed batch;
        try {
          batch = append(owner.journal(), randomText());
        } catch (JournalStoppedException | JournalFullException e) {
          return;
        }
        assertTrue(owner.journal().newest());
        acknowledged.add(batch);
      }
    }

    private String randomText() {
      int bytes = 1 + random.nextInt((SEGMENT_BLOCKS - 1) * TestStorage.BLOCK - BatchHeader.BYTES);
      int shorter = random.nextBoolean() ? bytes : 1 + bytes % 200;
      return Character.toString('a' + random.nextInt(26)).repeat(shorter);
    }

    private void wakeZombies() throws IOException {
      for (Owner zombie : zombies) {
        try {
          append(zombie.journal(), "zombie");
        } catch (JournalStoppedException | JournalFullException e) {
          continue;
        }
        assertFalse(zombie.journal().newest());
      }
    }

    private void end(Owner owner) throws IOException {
      if (random.nextInt(3) == 0) {
        zombies.add(owner);
        return;
      }
      owner.area().close();
      crashStorageSometimes();
    }

    private void crashStorageSometimes() throws IOException {
      if (random.nextBoolean()) {
        storage.losePower();
      }
    }
  }
}
