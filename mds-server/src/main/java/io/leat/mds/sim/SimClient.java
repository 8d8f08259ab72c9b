package io.leat.mds.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A client host: its process, and the users who go on in the next one when it dies. */
final class SimClient {

  /** Longer than any message of the dead process may still be under way. */
  private static final int RESTART_MILLIS_MIN = 200;

  private static final int RESTART_MILLIS_MAX = 2_500;

  private final World world;
  private final String name;
  private final Network network;
  private final SimVolume volume;
  private final RandomGenerator random;
  private final List<Actor> actors = new ArrayList<>();
  private SimProcess process;
  private int processes;

  SimClient(World world, String name, Network network, SimVolume volume) {
    this.world = world;
    this.name = name;
    this.network = network;
    this.volume = volume;
    this.random = world.newRandom();
  }

  void add(Actor actor) {
    actors.add(actor);
  }

  List<Actor> actors() {
    return actors;
  }

  SimProcess process() {
    return process;
  }

  void start() {
    process = new SimProcess(world, name + "." + ++processes, network.addresses(), volume);
    process.start(network);
    actors.forEach(actor -> actor.begin(process));
  }

  /** The process dies; another takes its place after a while. */
  void crash() {
    if (!process.alive()) {
      return;
    }
    process.die();
    actors.forEach(Actor::interrupted);
    world.time.schedule(
        RESTART_MILLIS_MIN + random.nextInt(RESTART_MILLIS_MAX - RESTART_MILLIS_MIN), this::start);
  }

  void pause(long millis) {
    SimProcess paused = process;
    paused.pause();
    world.time.schedule(millis, paused::resume);
  }
}
