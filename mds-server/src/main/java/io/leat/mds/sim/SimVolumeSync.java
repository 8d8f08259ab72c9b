package io.leat.mds.sim;

import io.leat.mds.server.Term;
import io.leat.mds.server.Term.Synced;
import io.leat.mds.server.VolumeSync;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The server's flushes of a buffered volume, on virtual time: each takes its time, before the
 * volume is flushed and before the term hears of it, and some are in vain.
 */
final class SimVolumeSync {

  private static final int STEP_MILLIS_MAX = 20;
  private static final int SLOW_MILLIS_MAX = 2_000;

  /** One step in so many is slow. */
  private static final int SLOW_ONE_IN = 8;

  private static final double FAILURE = 0.1;

  private final World world;
  private final FaultyDevice path;
  private final VolumeSync sync;
  private final RandomGenerator random;

  /** What the term was told last, and is not known to have journaled; null: nothing. */
  private Synced told;

  /** When the term was asked for the commits that were told. */
  private long toldOfMillis;

  /** Who is told, and as long as when. */
  private record Receiver(
      Term term, BooleanSupplier serving, BooleanSupplier asleep, Consumer<Synced> news) {}

  SimVolumeSync(World world, SimVolume volume) {
    this.world = world;
    this.random = world.newRandom();
    this.path = volume.path(random);
    this.sync = new VolumeSync(world.plant.<Device>map(p -> p.server(path)).orElse(path));
  }

  /**
   * Begins with a new term.
   *
   * @param serving false when the term is over
   * @param asleep true while the process does nothing
   * @param news told up to which commit the volume has been flushed
   */
  void follow(Term term, BooleanSupplier serving, BooleanSupplier asleep, Consumer<Synced> news) {
    sync.restart();
    told = null;
    pause(new Receiver(term, serving, asleep, news));
  }

  private void pause(Receiver to) {
    later(to, world.profile.syncMillis(), () -> look(to));
  }

  private void later(Receiver to, long millis, Runnable task) {
    world.time.schedule(
        millis,
        () -> {
          if (to.serving().getAsBoolean()) {
            task.run();
          }
        });
  }

  private int stepMillis() {
    return random.nextInt(random.nextInt(SLOW_ONE_IN) == 0 ? SLOW_MILLIS_MAX : STEP_MILLIS_MAX);
  }

  private void look(Receiver to) {
    long commits = to.term().commits();
    long asked = world.time.now();
    later(to, stepMillis(), () -> flush(to, commits, asked));
  }

  private void flush(Receiver to, long commits, long asked) {
    if (to.asleep().getAsBoolean()) {
      later(to, stepMillis(), () -> flush(to, commits, asked));
      return;
    }
    path.setPolicy(FaultPolicy.NONE.withFlushFailure(world.calm() ? 0 : FAILURE));
    try {
      if (sync.sync(commits)) {
        later(to, stepMillis(), () -> tell(to, new Synced(commits), asked));
      }
    } catch (IOException e) {
      world.note("server", "volume not flushed", e.getMessage());
    }
    pause(to);
  }

  private void tell(Receiver to, Synced news, long asked) {
    told = news;
    toldOfMillis = asked;
    to.news().accept(news);
  }

  Synced told() {
    return told;
  }

  /** What was told is durable. */
  void journaled() {
    if (told != null) {
      world.volumeSynced(toldOfMillis);
      told = null;
    }
  }
}
