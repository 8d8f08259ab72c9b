package io.leat.mds.sim;

import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * One cell from one seed: users work while things go wrong, then everything is put in order, all
 * that was acknowledged is looked at once more, and the space is counted. One thread.
 */
public final class Simulation {

  /** How long the end may take, in leases; whoever is not done by then waits for ever. */
  private static final int END_LEASES_MAX = 60;

  /** After everybody has left, until the last quarantine is over, in leases and milliseconds. */
  private static final int QUIET_LEASES = 4;

  private static final int QUIET_MILLIS = 5_000 + 2 * SimServer.JUMP_MILLIS_MAX;

  /** Steps until a simulation is taken for one that does not end. */
  private static final long STEPS_MAX = 20_000_000;

  private final long seed;
  private final World world;
  private final SimServers servers;
  private final JournalStorage journal;
  private final Network network;
  private final SimVolume volume;
  private final Contents contents;
  private final SharedNames shared = new SharedNames();
  private final SharedRanges filled;
  private final List<SimClient> clients = new ArrayList<>();
  private final List<Actor> actors = new ArrayList<>();
  private final Faults faults;
  private long steps;

  private Simulation(long seed, Optional<Plants> plant, UnaryOperator<Profile> shape) {
    this.seed = seed;
    this.world = new World(seed, plant, shape);
    this.journal = new JournalStorage(world);
    this.volume = new SimVolume(world);
    this.servers = new SimServers(world, journal, volume);
    this.network = new Network(world, servers);
    this.contents = new Contents(world);
    this.filled = new SharedRanges(world);
    for (int c = 0; c < world.profile.clients(); c++) {
      SimClient client = new SimClient(world, "client" + c, network, volume);
      for (int a = 0; a < world.profile.actors(); a++) {
        Actor actor = new Actor(world, "user" + actors.size(), contents, shared, filled, actors);
        client.add(actor);
        actors.add(actor);
      }
      clients.add(client);
    }
    this.faults = new Faults(world, servers, journal, network, volume, clients);
  }

  /**
   * Runs one seed.
   *
   * @param plant a bug to be found; empty for the product as it is
   */
  public static Outcome run(long seed, Optional<Plants> plant) {
    return run(seed, plant, UnaryOperator.identity());
  }

  /** As the other, in a cell of another shape than the one that the seed gives. */
  static Outcome run(long seed, Optional<Plants> plant, UnaryOperator<Profile> shape) {
    Simulation simulation = new Simulation(seed, plant, shape);
    try {
      simulation.run();
    } catch (RuntimeException e) {
      simulation.world.judge.violated("defect", "unexpected " + e);
    }
    return simulation.outcome();
  }

  private void run() {
    servers.start(network, this::hostDied);
    clients.forEach(SimClient::start);
    makeShared();
    faults.start();
    runUntil(world.profile.millis());
    becomeCalm();
    long deadline = world.time.now() + (long) END_LEASES_MAX * world.profile.leaseMillis();
    while (!allFinished() && world.time.now() < deadline && step()) {}
    if (!allFinished() && world.judge.violation() == null) {
      world.judge.violated("liveness", "some users wait for ever: " + waiting());
    }
    if (world.judge.violation() == null) {
      servers.current().auditSpace(false);
      leave();
    }
  }

  /** The server's host has died, and on a buffered cell everything with it. */
  private void hostDied() {
    if (world.profile.direct()) {
      return;
    }
    world.note("cell", "dies with its host", "");
    clients.forEach(SimClient::crash);
    volume.loseHost();
    contents.hostDied();
    shared.hostDied(world);
    actors.forEach(actor -> actor.own.hostDied());
  }

  private void makeShared() {
    Request.Builder make =
        Request.newBuilder()
            .setMakeDirectories(
                MakeDirectories.newBuilder()
                    .setPath(SharedNames.DIRECTORY)
                    .setMode(SharedNames.mode(SharedNames.OPEN)));
    var made = clients.get(0).process().engine().call("root", make);
    while (!made.isDone() && step()) {}
    shared.made();
  }

  /** Nothing goes wrong any more, and whoever has stopped goes on. */
  private void becomeCalm() {
    world.becomeCalm();
    world.note("cell", "becomes calm", "");
    servers.becomeCalm();
    journal.heal();
    clients.forEach(client -> client.process().heal());
    clients.forEach(client -> client.process().resume());
  }

  /** Users leave; then every block has to be free or a file's. */
  private void leave() {
    shared.check(world.judge);
    for (SimClient client : clients) {
      var unused = client.process().engine().close();
    }
    runUntil(world.time.now() + (long) QUIET_LEASES * world.profile.leaseMillis() + QUIET_MILLIS);
    if (world.judge.violation() == null) {
      servers.current().compareWithHistory();
      servers.current().auditSpace(true);
    }
  }

  private boolean allFinished() {
    return actors.stream().allMatch(Actor::finished);
  }

  private List<Actor> waiting() {
    return actors.stream().filter(actor -> !actor.finished()).toList();
  }

  private void runUntil(long millis) {
    while (world.time.now() < millis && step()) {}
  }

  private boolean step() {
    if (world.judge.violation() != null || !world.time.step()) {
      return false;
    }
    if (++steps == STEPS_MAX) {
      world.judge.violated("liveness", "the simulation does not end");
    }
    return true;
  }

  private Outcome outcome() {
    Map<String, Integer> counts = new TreeMap<>();
    world.faults().forEach((fault, count) -> counts.put(fault.toString(), count));
    Map<String, Long> met = new LinkedHashMap<>();
    for (Met what : Met.values()) {
      met.put(what.text(), world.met().getOrDefault(what, 0L));
    }
    Optional<String> violation = Optional.ofNullable(world.judge.violation());
    return new Outcome(
        seed,
        steps,
        world.operations(),
        world.time.now(),
        counts,
        met,
        world.dataLost(),
        world.trace.hash(),
        violation,
        violation.isPresent() ? world.trace.last() : List.of());
  }
}
