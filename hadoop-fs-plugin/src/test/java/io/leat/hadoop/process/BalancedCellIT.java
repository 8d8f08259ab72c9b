package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cli.ChildServer;
import io.leat.mds.cli.ServerQuery;
import io.leat.mds.config.ConfigKey;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cell of 16 virtual servers on three metadata servers: made by command, shared out equally,
 * taken over when a server dies, and given back when it is there again.
 */
class BalancedCellIT {

  private static final int SERVERS = 3;
  private static final int VIRTUAL_SERVERS = 16;
  private static final long AWAIT_SECONDS = 120;
  private static final int POLL_MILLIS = 100;

  /** With the servers' logs, which stay when something has failed. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final Map<String, FileSystem> clients = new TreeMap<>();
  private ManyServers cell;

  @AfterEach
  void stop() throws Exception {
    for (FileSystem client : clients.values()) {
      client.close();
    }
    if (cell != null) {
      cell.close();
    }
  }

  private static String name(int i) {
    return "v%02d".formatted(i);
  }

  /** Runs a command against one of the servers; returns what it prints. */
  private String leat(int expectedCode, String... words) {
    return ManyServers.leat(running(), expectedCode, words);
  }

  private ChildServer running() {
    return cell.servers().stream().filter(ChildServer::isRunning).findFirst().orElseThrow();
  }

  private ServerDescription describe() throws IOException {
    try (ServerQuery query = ServerQuery.connect(running().address())) {
      return query.server();
    }
  }

  private static Map<String, Long> shares(ServerDescription server) {
    return server.getVirtualServersList().stream()
        .filter(one -> one.getEpoch() != 0)
        .map(VirtualServerDescription::getOwner)
        .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
  }

  /** All are served, by so many, in shares that differ by so much at most. */
  private static boolean isShared(ServerDescription server, int members, int difference) {
    Map<String, Long> shares = shares(server);
    return shares.values().stream().mapToLong(share -> share).sum() == VIRTUAL_SERVERS
        && shares.size() == members
        && Collections.max(shares.values()) - Collections.min(shares.values()) <= difference;
  }

  /** Each is owned by the one that should, and another could take over. */
  private static boolean isAtHome(ServerDescription server) {
    return isShared(server, SERVERS, 1)
        && server.getVirtualServersList().stream()
            .allMatch(
                one -> one.getOwner().equals(one.getOrder(0)) && one.getOrderCount() == SERVERS);
  }

  private long await(String what, Predicate<ServerDescription> such) throws Exception {
    long start = System.nanoTime();
    ServerDescription server = describe();
    while (!such.test(server)) {
      if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(AWAIT_SECONDS)) {
        throw new AssertionError(what + " does not come: " + shares(server) + " " + server);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      server = describe();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf("BalancedCellIT: %s after %d ms, %s%n", what, millis, shares(server));
    return millis;
  }

  private void write(String file) throws IOException {
    for (Map.Entry<String, FileSystem> client : clients.entrySet()) {
      try (FSDataOutputStream out = client.getValue().create(path(file), false)) {
        out.writeUTF(client.getKey() + file);
        out.hflush();
      }
    }
  }

  private void read(String file) throws IOException {
    for (Map.Entry<String, FileSystem> client : clients.entrySet()) {
      assertEquals(client.getKey() + file, read(client.getValue(), file));
    }
  }

  private static String read(FileSystem client, String file) throws IOException {
    try (FSDataInputStream in = client.open(path(file))) {
      return in.readUTF();
    }
  }

  private static org.apache.hadoop.fs.Path path(String file) {
    return new org.apache.hadoop.fs.Path("/tmp", file);
  }

  @Test
  void shouldBalanceSurviveTheLossOfAnyServerAndGiveBack() throws Exception {
    cell =
        ManyServers.withoutVirtualServer(
            directory,
            SERVERS,
            Map.of(
                ConfigKey.TAKEOVER_GIVEBACK.template(), "2s",
                ConfigKey.IMAGE_SIZE.template(), "64m"));
    for (int i = 0; i < VIRTUAL_SERVERS; i++) {
      String made = leat(0, "vs", "create", name(i), "--size", "64m", "--journal-segment", "16m");
      assertTrue(made.contains("is owned by"), made);
      clients.put(name(i), cell.fileSystem(name(i)));
    }
    await("every virtual server at home", BalancedCellIT::isAtHome);
    write("first");
    for (int i = 1; i <= SERVERS; i++) {
      String lost = "mds" + i;
      cell.server(lost).kill();
      await(lost + " lost, and all served", server -> isShared(server, SERVERS - 1, 2));
      read("first");
      write("without-" + lost);
      cell.server(lost).start();
      await(lost + " back, and all given back", BalancedCellIT::isAtHome);
      read("without-" + lost);
    }
    String status = leat(0, "status");
    assertTrue(status.contains("All virtual servers are served"), status);
    stopAndStart();
  }

  private void stopAndStart() throws Exception {
    leat(0, "vs", "stop", name(3));
    assertTrue(leat(0, "vs", "list").contains("STOPPED"));
    IOException refused =
        assertThrows(IOException.class, () -> cell.fileSystem(name(3), "late").close());
    assertTrue(refused.getMessage().contains("was stopped"), refused.getMessage());
    IOException ended = assertThrows(IOException.class, () -> read(clients.get(name(3)), "first"));
    assertTrue(ended.getMessage().contains("was stopped"), ended.getMessage());
    leat(0, "vs", "start", name(3));
    assertEquals(name(3) + "first", read(clients.get(name(3)), "first"));
    requireRefused("already", "vs", "create", name(3), "--size", "64m");
    String volume = directory.resolve("mds1/volumes").resolve(name(3) + ".vol").toString();
    requireRefused("is that of virtual server " + name(3), "vs", "create", "w", "--volume", volume);
    requireRefused("absolute", "vs", "create", "w", "--metadata", "here", "--size", "64m");
    requireRefused(
        "candidates are", "vs", "create", "w", "--size", "64m", "--candidates", "nobody");
    requireRefused(
        "journal segment", "vs", "create", "w", "--size", "64m", "--journal-segment", "1m");
    requireRefused("no virtual server", "vs", "stop", "nothing");
    requireRefused("at home", "vs", "giveback", name(3));
  }

  private void requireRefused(String why, String... words) {
    String refused = leat(1, words);
    assertTrue(refused.contains(why), refused);
  }
}
