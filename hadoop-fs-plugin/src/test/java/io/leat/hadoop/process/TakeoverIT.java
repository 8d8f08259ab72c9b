package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.cli.ChildServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three metadata servers take a virtual server over from each other, under load from several client
 * processes: no application sees an error, and everything acknowledged is there in the end. {@code
 * dev/takeovers} runs it with more rounds.
 */
class TakeoverIT {

  private static final int ROUNDS = Integer.getInteger("leat.test.takeovers", 3);

  /** Without ZooKeeper. */
  private static final int OUTAGE_SECONDS = Integer.getInteger("leat.test.outage.seconds", 30);

  private static final int SERVERS = 3;
  private static final int ENSEMBLE = 3;
  private static final int CLIENTS = 2;
  private static final int CALM_MILLIS_MAX = 1_000;

  /** Three times the detection time. */
  private static final int SLEEP_MILLIS = 3_000;

  /** With the servers' logs, which stay when something has failed. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private LoadedCell loaded;

  @AfterEach
  void stop() throws Exception {
    if (loaded != null) {
      loaded.close();
    }
  }

  private void start(int zooKeepers) throws Exception {
    System.out.println("TakeoverIT: -Dleat.test.seed=" + seed);
    loaded = new LoadedCell(directory, SERVERS, CLIENTS, seed, zooKeepers);
  }

  /** Everything is as it was acknowledged. */
  private void finish() throws Exception {
    System.out.printf("TakeoverIT: %d operations, each as acknowledged%n", loaded.finish());
  }

  /** Lets it happen again and again, and another one take over each time. */
  private void letHappen(String what, LoadedCell.Event event) throws Exception {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(CALM_MILLIS_MAX));
      pauses.add(LoadedCell.requireSoon(loaded.let(event)));
    }
    System.out.printf("TakeoverIT: %d owners %s; a client waited, ms: %s%n", ROUNDS, what, pauses);
  }

  @Test
  void shouldServeOnWhateverHappensToOwners() throws Exception {
    start(1);
    letHappen("killed", ChildServer::kill);
    letHappen("stopped in order", ChildServer::stop);
    letHappen(
        "stood still for " + SLEEP_MILLIS + " ms",
        owner -> LoadedCell.standStill(owner, SLEEP_MILLIS));
    finish();
  }

  /** One of three ZooKeeper servers dies, then all are away for a while. */
  @Test
  void shouldServeWithoutZooKeeperAndTakeOverAfterwards() throws Exception {
    start(ENSEMBLE);
    ManyServers cell = loaded.cell();
    SteadyCalls steady = loaded.steady();
    cell.killZooKeepersLeader();
    System.out.printf(
        "TakeoverIT: owner killed after ZooKeeper's leader; a client waited, ms: %d%n",
        LoadedCell.requireSoon(loaded.let(ChildServer::kill)));
    OwnerRecord before = cell.ownerRecord();
    steady.event();
    cell.stopZooKeeper();
    TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
    cell.startZooKeeper();
    cell.awaitMembers(SERVERS); // and all of them have looked who owns what
    long waited = LoadedCell.requireSoon(steady.awaitNextCall());
    assertEquals(before, cell.ownerRecord(), "nobody has taken over meanwhile");
    System.out.printf(
        "TakeoverIT: %d s without ZooKeeper; a client waited for an answer at most, ms: %d%n",
        OUTAGE_SECONDS, waited);
    System.out.printf(
        "TakeoverIT: owner killed after that; a client waited, ms: %d%n",
        LoadedCell.requireSoon(loaded.let(ChildServer::kill)));
    finish();
  }
}
