package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cli.ChildServer;
import io.leat.mds.cli.ServerQuery;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever can happen to servers happens, in any order, for a time: no application sees an error,
 * and everything acknowledged is there in the end. {@code dev/soak} runs it for longer.
 */
class SoakIT {

  private static final int SECONDS = Integer.getInteger("leat.test.soak.seconds", 15);
  private static final int SERVERS = 3;
  private static final int CLIENTS = 2;
  private static final int CALM_MILLIS_MAX = 4_000;
  private static final int SLEEP_MILLIS_MAX = 6_000;
  private static final int POLL_MILLIS = 20;
  private static final int OUTAGE_MILLIS_MAX = 10_000;

  /** Of {@link #CALM_MILLIS_MAX}, {@link #SLEEP_MILLIS_MAX} and {@link #OUTAGE_MILLIS_MAX}. */
  private static final int LEAST_MILLIS = 1;

  /** An owner that stands still for less may not be missed. */
  private static final int SLEEP_MILLIS_MIN = 2_500;

  private enum What {
    KILL,
    STOP,
    STAND_STILL,
    HAND_OVER,
    KILL_STANDBY,
    WITHOUT_ZOOKEEPER
  }

  @TempDir Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<What, List<Long>> waited = new EnumMap<>(What.class);

  @Test
  void shouldServeOnWhateverHappens() throws Exception {
    System.out.println("SoakIT: -Dleat.test.seed=" + seed);
    try (LoadedCell loaded = new LoadedCell(directory, SERVERS, CLIENTS, seed)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LEAST_MILLIS, CALM_MILLIS_MAX));
        What what = What.values()[random.nextInt(What.values().length)];
        long millis = let(what, loaded);
        assertTrue(
            millis < LoadedCell.PAUSE_MILLIS_MAX, what + ": a client waited for " + millis + " ms");
        waited.computeIfAbsent(what, unused -> new ArrayList<>()).add(millis);
      }
      long operations = loaded.finish();
      waited.forEach(SoakIT::print);
      System.out.printf("SoakIT: %d operations, each as acknowledged%n", operations);
    }
  }

  private static void print(What what, List<Long> millis) {
    Collections.sort(millis);
    System.out.printf(
        "SoakIT: %s %d times; a client waited, ms: median %d, max %d%n",
        what, millis.size(), millis.get(millis.size() / 2), millis.get(millis.size() - 1));
  }

  private long let(What what, LoadedCell loaded) throws Exception {
    return switch (what) {
      case KILL -> loaded.let(ChildServer::kill);
      case STOP -> loaded.let(ChildServer::stop);
      case STAND_STILL -> loaded.let(this::standStill);
      case HAND_OVER -> loaded.let(SoakIT::handOver);
      case KILL_STANDBY -> killStandby(loaded);
      case WITHOUT_ZOOKEEPER -> withoutZooKeeper(loaded);
    };
  }

  private void standStill(ChildServer owner) throws Exception {
    LoadedCell.standStill(owner, random.nextInt(SLEEP_MILLIS_MIN, SLEEP_MILLIS_MAX));
  }

  /** As soon as another one is ready. */
  private static void handOver(ChildServer owner) throws Exception {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LoadedCell.PAUSE_MILLIS_MAX);
    try (ServerQuery query = ServerQuery.connect(owner.address())) {
      while (!handedOver(query)) {
        assertTrue(System.nanoTime() < end, "nobody stands by ready");
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }

  private static boolean handedOver(ServerQuery query) throws IOException {
    try {
      HandedOver unused = query.handOver(ManyServers.VIRTUAL_SERVER, HandOver.getDefaultInstance());
      return true;
    } catch (LeatException e) {
      if (e.code() != ErrorCode.OVERLOADED) {
        throw e;
      }
      return false;
    }
  }

  private static long killStandby(LoadedCell loaded) throws Exception {
    ChildServer standby = loaded.cell().another();
    loaded.steady().event();
    standby.kill();
    standby.start();
    return loaded.steady().awaitNextCall();
  }

  private long withoutZooKeeper(LoadedCell loaded) throws Exception {
    loaded.steady().event();
    loaded.cell().stopZooKeeper();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(LEAST_MILLIS, OUTAGE_MILLIS_MAX));
    loaded.cell().startZooKeeper();
    loaded.cell().awaitMembers(SERVERS);
    return loaded.steady().awaitNextCall();
  }
}
