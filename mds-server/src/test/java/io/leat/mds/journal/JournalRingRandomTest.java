package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import io.leat.volume.FaultPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Rings that go round and round, with checkpoints, deaths and losses of power, from a seed; and on
 * a device that hosts share with writes that fail and land later.
 */
class JournalRingRandomTest {

  private static final int SEEDS = Integer.getInteger("leat.test.ring.seeds", 40);
  private static final long FIRST_SEED = Long.getLong("leat.test.ring.seed", 1);
  private static final int TERMS = 25;
  private static final int SEGMENT_BLOCKS = 8;
  private static final String DEAD = "the process has died";

  @Test
  void shouldRecoverAcknowledgedBatchesFromNewestCheckpoint() throws IOException {
    run(OneHost::new);
  }

  @Test
  void shouldDoSoOnADeviceThatHostsShare() throws IOException {
    run(SharedDevice::new);
  }

  private static void run(BiFunction<Random, Long, Processes> storages) throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        Random random = new Random(seed);
        new Run(random, storages.apply(random, seed)).run();
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("repeat with -Dleat.test.ring.seed=" + seed, e);
      }
    }
  }

  /** What the processes have in common, and what happens to it. */
  private interface Processes {

    MetadataArea process(String mds);

    /** Something between two terms. */
    void happen() throws IOException;

    /** Whether a term has ended as it may. */
    boolean expects(IOException end);
  }

  private record OneHost(Random random, TestStorage storage) implements Processes {

    OneHost(Random random, long seed) {
      this(random, new TestStorage(SEGMENT_BLOCKS, 3 + random.nextInt(3), seed));
    }

    @Override
    public MetadataArea process(String mds) {
      return storage.process();
    }

    @Override
    public void happen() throws IOException {
      if (random.nextBoolean()) {
        storage.losePower();
      }
    }

    @Override
    public boolean expects(IOException end) {
      return end.getMessage().contains(DEAD);
    }
  }

  private record SharedDevice(Random random, SharedTestStorage storage) implements Processes {

    SharedDevice(Random random, long seed) {
      this(random, new SharedTestStorage(SEGMENT_BLOCKS, 3 + random.nextInt(3), seed));
    }

    @Override
    public MetadataArea process(String mds) {
      storage.let(FaultPolicy.NONE.withWriteFailures(0, 0, random.nextInt(3) * 0.01));
      return storage.patientProcess(mds);
    }

    @Override
    public void happen() throws IOException {
      if (random.nextBoolean()) {
        storage.land();
      }
      if (random.nextInt(4) == 0) {
        storage.losePower();
      }
      storage.let(FaultPolicy.NONE);
    }

    @Override
    public boolean expects(IOException end) {
      return end.getMessage().contains(DEAD)
          || end.getMessage().contains("injected")
          || end instanceof LaneInUseException
          || end instanceof LaneNotDrainedException;
    }
  }

  private static final class Run {

    private final Random random;
    private final Processes storage;
    private final ModelCheckpoints checkpoints = new ModelCheckpoints();
    private List<Replayed> acknowledged = new ArrayList<>();

    /** As the name service knows it. */
    private long epoch;

    Run(Random random, Processes storage) {
      this.random = random;
      this.storage = storage;
    }

    void run() throws IOException {
      for (int term = 0; term < TERMS; term++) {
        int lane = random.nextInt(TestStorage.LANES);
        String mds = "mds" + lane;
        try (StepLimitedArea area = new StepLimitedArea(storage.process(mds), steps())) {
          term(area, lane, mds);
        } catch (IOException e) {
          if (!storage.expects(e)) {
            throw e;
          }
        }
        storage.happen();
      }
      assertHistory(checkpoints.stateAt(JournalHistory.read(storage.process("reader"))));
    }

    private int steps() {
      return random.nextInt(4) == 0 ? random.nextInt(12) : 100 + random.nextInt(200);
    }

    private void term(StepLimitedArea area, int lane, String mds) throws IOException {
      epoch = Math.max(epoch + 1, nextEpoch(area));
      JournalActivation.Activated activated =
          JournalActivation.activate(area, lane, epoch, mds, checkpoints);
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
