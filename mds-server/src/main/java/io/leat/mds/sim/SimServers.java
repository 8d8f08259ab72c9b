package io.leat.mds.sim;

import java.util.random.RandomGenerator;

/**
 * The metadata servers of a cell: one serves, and another can take over from it while it is asleep,
 * on another host where hosts share the volume, else on the same. Who has slept finds out when he
 * wakes, and is gone then.
 */
final class SimServers {

  /** How long whoever is asleep sleeps on at most after another has taken over, in leases. */
  private static final int SLEEP_LEASES_MAX = 2;

  private final World world;
  private final JournalStorage storage;
  private final SimVolume volume;
  private final RandomGenerator random;
  private Network network;
  private Runnable hostDied = () -> {};
  private SimServer current;

  /** Who served before; perhaps it does not know yet that it does not any more. */
  private SimServer last;

  SimServers(World world, JournalStorage storage, SimVolume volume) {
    this.world = world;
    this.storage = storage;
    this.volume = volume;
    this.random = world.newRandom();
    this.current = new SimServer(world, 0, storage, volume);
  }

  /**
   * @param through closed for a server's clients when it is gone
   * @param power called when a host dies
   */
  void start(Network through, Runnable power) {
    network = through;
    hostDied =
        () -> {
          if (last != null && !world.profile.direct()) {
            last.powerOff();
          }
          power.run();
        };
    start(current);
  }

  private void start(SimServer server) {
    server.start(() -> network.cutAll(server), hostDied);
  }

  /** Whom clients find. */
  SimServer current() {
    return current;
  }

  /** The server falls asleep, and another takes over before it wakes, unless it dies first. */
  void takeOver() {
    SimServer sleeper = current;
    if (!sleeper.serves() || sleeper.asleep() || (last != null && last.isUp())) {
      return;
    }
    int lease = world.profile.leaseMillis();
    long untilTakenOver = random.nextInt(lease);
    sleeper.sleep(untilTakenOver + 1 + random.nextInt(SLEEP_LEASES_MAX * lease));
    long incarnation = sleeper.incarnation();
    world.time.schedule(
        untilTakenOver,
        () -> {
          if (sleeper.incarnation() == incarnation && !world.calm()) {
            replace(sleeper);
          }
        });
  }

  private void replace(SimServer sleeper) {
    sleeper.supersede();
    last = sleeper;
    current = new SimServer(world, (sleeper.lane() + 1) % JournalStorage.LANES, storage, volume);
    start(current);
  }
}
