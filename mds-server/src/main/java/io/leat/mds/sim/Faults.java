package io.leat.mds.sim;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Lets things go wrong from time to time. */
final class Faults {

  private static final long CLOCK_JUMP_MILLIS_MAX = 3_600_000;

  /** One fault in so many is the worst one for a system without servers between: a late write. */
  private static final int STALLS_ONE_IN = 4;

  private final World world;
  private final SimServers servers;
  private final JournalStorage journal;
  private final Network network;
  private final SimVolume volume;
  private final List<SimClient> clients;
  private final RandomGenerator random;
  private final List<Fault> all;

  Faults(
      World world,
      SimServers servers,
      JournalStorage journal,
      Network network,
      SimVolume volume,
      List<SimClient> clients) {
    this.world = world;
    this.servers = servers;
    this.journal = journal;
    this.network = network;
    this.volume = volume;
    this.clients = clients;
    this.random = world.newRandom();
    this.all =
        Stream.concat(
                Stream.of(Fault.values()), Stream.of(Fault.HOST_POWER)) // rare things depend on it
            .filter(fault -> fault.suits(world.profile))
            .toList();
  }

  /** Schedules the next fault; none after the world has become calm. */
  void start() {
    if (world.profile.faultMillis() > 0) {
      world.time.schedule(random.nextInt(2 * world.profile.faultMillis()), this::strike);
    }
  }

  private void strike() {
    if (!world.calm()) {
      boolean stall = random.nextInt(STALLS_ONE_IN) == 0;
      Fault fault = stall ? Fault.CLIENT_STALL : all.get(random.nextInt(all.size()));
      world.count(fault);
      let(fault);
      start();
    }
  }

  private void let(Fault fault) {
    SimServer server = servers.victim();
    SimClient client = clients.get(random.nextInt(clients.size()));
    int lease = world.profile.leaseMillis();
    switch (fault) {
      case CUT -> network.cutOne();
      case PARTITION -> client.process().partition(random.nextInt(3 * lease));
      case CLIENT_PAUSE -> client.pause(random.nextInt(3 * lease));
      case CLIENT_STALL -> client.process().stallInNextWrite(random.nextInt(12 * lease));
      case CLIENT_CRASH -> client.crash();
      case CLIENT_CLOCK -> client.process().jumpClock(jump());
      case SERVER_PAUSE -> server.pause(random.nextInt(lease));
      case SERVER_KILL -> {
        if (random.nextBoolean()) {
          kill(server);
        } else {
          server.dieUnsettled(false);
        }
      }
      case SERVER_ASLEEP -> servers.sleep();
      case NAMES_AWAY -> servers.names();
      case NAMES_CUT -> servers.cutFromNames();
      case HANDOVER -> servers.current().handOver();
      case SERVER_POWER -> server.die(true, true);
      case HOST_POWER -> {
        if (random.nextBoolean()) {
          server.die(true, true);
        } else {
          server.dieUnsettled(true);
        }
      }
      case JOURNAL_ERROR -> journal.fail();
      case SERVER_CLOCK -> server.jumpClock();
      case VOLUME_POWER -> {
        clients.forEach(SimClient::crash);
        volume.losePower();
      }
    }
  }

  private void kill(SimServer server) {
    if (server.isUp()) {
      server.die(false, random.nextInt(4) == 0);
    }
  }

  private long jump() {
    long millis = random.nextLong(CLOCK_JUMP_MILLIS_MAX) >> random.nextInt(20);
    return random.nextBoolean() ? millis : -millis;
  }
}
