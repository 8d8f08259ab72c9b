package io.leat.mds.sim;

import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemoryCell;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.takeover.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The metadata servers of a cell, each of which may own the virtual server, and their name service.
 * Where hosts share the volume each is on one of its own, else all are on the same.
 */
final class SimServers {

  /** How long one sleeps at most, in leases, and beyond the time after which it is taken over. */
  private static final int SLEEP_LEASES_MAX = 2;

  private static final int SLEEP_MILLIS_MAX = 2_000;

  /** How long the name service is away at most, or one server's session with it. */
  private static final int AWAY_MILLIS_MAX = 10_000;

  /** One fault in so many strikes any server rather than the one that serves. */
  private static final int ANY_ONE_IN = 4;

  private final World world;
  private final RandomGenerator random;
  private final MemoryCell names;
  private final List<SimServer> servers = new ArrayList<>();
  private SimServer current;
  private long claimed;

  /** The highest epoch under which a term has begun. */
  private long begun;

  SimServers(World world, JournalStorage storage, SimVolume volume) {
    this.world = world;
    this.random = world.newRandom();
    this.names = new MemoryCell(task -> world.time.schedule(0, task));
    try {
      List<String> candidates = new ArrayList<>();
      for (int i = 0; i < world.profile.servers(); i++) {
        String name = "mds" + i;
        candidates.add(name);
        servers.add(new SimServer(world, name, this, names.connect(), storage, volume));
      }
      VirtualServerConfig unused =
          names
              .connect()
              .virtualServers()
              .create(
                  new VirtualServerConfig(
                      SimServer.NAME, candidates, "in memory", VirtualServerConfig.NEW));
    } catch (CoordinationException e) {
      throw new IllegalStateException("the name service in memory failed", e);
    }
    this.current = servers.get(0);
  }

  /**
   * @param network closed for a server's clients when it is gone
   * @param power called when a host dies
   */
  void start(Network network, Runnable power) {
    for (SimServer server : servers) {
      server.start(
          () -> network.cutAll(server),
          () -> {
            if (!world.profile.direct()) {
              servers.stream().filter(other -> other != server).forEach(SimServer::powerOff);
            }
            power.run();
          });
    }
  }

  /** Where clients find them. */
  List<String> addresses() {
    return servers.stream().map(SimServer::address).toList();
  }

  /** The one that clients find at an address. */
  SimServer at(String address) {
    return servers.stream().filter(s -> s.address().equals(address)).findFirst().orElseThrow();
  }

  /** The one whose term has the highest epoch. */
  SimServer current() {
    return current;
  }

  /** Which one something happens to. */
  SimServer victim() {
    return random.nextInt(ANY_ONE_IN) == 0 ? servers.get(random.nextInt(servers.size())) : current;
  }

  /** One that could take over at once, as a candidate sees them. */
  Optional<SimServer> ready(Candidate candidate) {
    List<SimServer> ready =
        servers.stream().filter(server -> candidate.isReady(server.name())).toList();
    return ready.isEmpty()
        ? Optional.empty()
        : Optional.of(ready.get(random.nextInt(ready.size())));
  }

  /** A server is about to claim an epoch on the storage. */
  void claims(SimServer server, long epoch) {
    claimed = Math.max(claimed, epoch);
    world.note(server.toString(), "claims epoch", epoch);
  }

  /** The highest epoch that anybody may have claimed on the storage. */
  long claimed() {
    return claimed;
  }

  /** A term has begun; one that was asleep on the way may be behind another's. */
  void began(SimServer server, long epoch) {
    if (epoch < begun) {
      return;
    }
    if (server != current) {
      world.met(Met.TAKEN_OVER);
    }
    current = server;
    begun = epoch;
  }

  /** A server falls asleep, mostly for so long that another one takes over. */
  void sleep() {
    long millis = random.nextInt(SLEEP_LEASES_MAX * world.profile.leaseMillis() + SLEEP_MILLIS_MAX);
    victim().sleep(1 + millis);
  }

  /** The name service is away for a while. */
  void names() {
    names.setAvailable(false);
    world.time.schedule(random.nextInt(AWAY_MILLIS_MAX), () -> names.setAvailable(true));
  }

  /** A server cannot reach the name service for a while. */
  void cutFromNames() {
    SimServer server = victim();
    server.names().suspend();
    world.time.schedule(
        random.nextInt(AWAY_MILLIS_MAX),
        () -> {
          if (names.isAvailable()) {
            server.names().reconnect();
          }
        });
  }

  /** Nothing stands still any more. */
  void becomeCalm() {
    servers.forEach(server -> server.pause(0));
    names.setAvailable(true);
    servers.forEach(server -> server.names().reconnect());
  }
}
