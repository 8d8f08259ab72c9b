package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.cli.ChildServer;
import io.leat.mds.config.ConfigKey;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;

/** A cell with several client processes that work all the time, and one client that is watched. */
final class LoadedCell implements Closeable {

  /** So that an owner changes only when something is let happen. */
  static final Map<String, String> OWNERS_STAY =
      Map.of(ConfigKey.TAKEOVER_GIVEBACK.template(), "0s");

  static final int PAUSE_MILLIS_MAX = 20_000;

  private final List<WorkloadProcess> clients = new ArrayList<>();
  private final ManyServers cell;
  private final FileSystem fs;
  private final SteadyCalls steady;

  /** With one ZooKeeper server. */
  LoadedCell(Path directory, int servers, int clients, long seed) throws Exception {
    this(directory, servers, clients, seed, 1);
  }

  LoadedCell(Path directory, int servers, int clients, long seed, int zooKeepers) throws Exception {
    this(new ManyServers(directory, servers, OWNERS_STAY, zooKeepers), clients, seed);
  }

  /**
   * In a cell with {@link #OWNERS_STAY}.
   *
   * @param cell closed with this
   */
  LoadedCell(ManyServers cell, int clients, long seed) throws Exception {
    this.cell = cell;
    for (int i = 0; i < clients; i++) {
      this.clients.add(new WorkloadProcess(cell.addresses(), "/tmp/load-" + i, seed + i));
    }
    for (WorkloadProcess client : this.clients) {
      client.awaitReady();
    }
    fs = cell.fileSystem();
    steady = new SteadyCalls(fs, "/tmp/steady");
  }

  ManyServers cell() {
    return cell;
  }

  SteadyCalls steady() {
    return steady;
  }

  /** A process that nobody schedules for a while. */
  static void standStill(ChildServer server, long millis) throws Exception {
    server.signal("STOP");
    TimeUnit.MILLISECONDS.sleep(millis);
    server.signal("CONT");
  }

  /**
   * Far beyond what it takes on a busy machine, and far below what a client's patience would be.
   */
  static long requireSoon(long millis) {
    assertTrue(millis < PAUSE_MILLIS_MAX, "a client waited for " + millis + " ms");
    return millis;
  }

  /** What happens to an owner. */
  @FunctionalInterface
  interface Event {
    void happen(ChildServer owner) throws Exception;
  }

  /**
   * Lets something happen to the owner, after which another one owns the virtual server, and starts
   * its process again if it has ended.
   *
   * @return the longest time that the client has waited, milliseconds
   */
  long let(Event event) throws Exception {
    OwnerRecord before = cell.ownerRecord();
    ChildServer owner = cell.owner();
    steady.event();
    event.happen(owner);
    OwnerRecord unused = cell.awaitOwner(record -> !record.owner().equals(before.owner()));
    long waited = steady.awaitNextCall();
    if (!owner.isRunning()) {
      owner.start();
    }
    return waited;
  }

  /**
   * Compares everything with what was acknowledged.
   *
   * @return how many operations there were
   */
  long finish() throws Exception {
    long operations = steady.finish();
    for (WorkloadProcess client : clients) {
      operations += client.finish().operations();
    }
    return operations;
  }

  @Override
  public void close() throws java.io.IOException {
    for (WorkloadProcess client : clients) {
      client.close();
    }
    fs.close();
    cell.close();
  }
}
