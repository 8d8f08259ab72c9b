package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.coordination.OwnerRecord;
import io.leat.coordination.zk.CuratorCoordination;
import io.leat.coordination.zk.ZooKeeperConfig;
import io.leat.mds.cli.ChildServer;
import io.leat.mds.cli.Leat;
import io.leat.mds.cli.ServerQuery;
import io.leat.mds.config.ConfigKey;
import io.leat.volume.Volumes;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A cell of several metadata servers, each a process of its own, with one virtual server that any
 * of them may own, and ZooKeeper, one server or several.
 */
final class ManyServers implements Closeable {

  static final String VIRTUAL_SERVER = "demo";

  private static final String ROOT = "/leat/cell";
  private static final long VOLUME_BYTES = 1L << 30;
  private static final long AWAIT_SECONDS = 60;
  private static final int POLL_MILLIS = 10;

  private final Path directory;
  private final Map<String, String> all = new HashMap<>();
  private final ZooKeepers zooKeepers;
  private final ZooKeeperConfig zooKeeperConfig;
  private final List<ChildServer> servers = new ArrayList<>();
  private CuratorCoordination coordination;

  /** With {@value #VIRTUAL_SERVER}. */
  ManyServers(Path directory, int count, Map<String, String> settings, int zooKeepers)
      throws IOException {
    this(withVirtualServer(directory, settings), directory, count, zooKeepers);
  }

  /** Without virtual servers. */
  static ManyServers withoutVirtualServer(Path directory, int count, Map<String, String> settings)
      throws IOException {
    return new ManyServers(settings, directory, count, 1);
  }

  private static Map<String, String> withVirtualServer(Path directory, Map<String, String> settings)
      throws IOException {
    Path volume = directory.resolve("demo.vol");
    Volumes.format(volume, UUID.randomUUID(), VIRTUAL_SERVER, VOLUME_BYTES, false);
    Map<String, String> all = new HashMap<>(settings);
    all.put(ConfigKey.MDS_VIRTUAL_SERVERS.template(), VIRTUAL_SERVER);
    all.put(ConfigKey.VS_VOLUME.of(VIRTUAL_SERVER), volume.toString());
    all.put(ConfigKey.VS_METADATA.of(VIRTUAL_SERVER), directory.resolve("metadata").toString());
    return all;
  }

  private ManyServers(Map<String, String> settings, Path directory, int count, int ensemble)
      throws IOException {
    this.directory = directory;
    zooKeepers = new ZooKeepers(directory, ensemble);
    zooKeeperConfig = ZooKeeperConfig.of(zooKeepers.connectString(), ROOT);
    all.putAll(settings);
    all.put(ConfigKey.ZOOKEEPER_CONNECT.template(), zooKeepers.connectString());
    all.put(ConfigKey.ZOOKEEPER_ROOT.template(), ROOT);
    all.put(ConfigKey.ZOOKEEPER_SESSION_TIMEOUT.template(), "4s");
    try {
      coordination = CuratorCoordination.connect(zooKeeperConfig);
      for (int i = 0; i < count; i++) {
        add(Map.of());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Starts another server, which is told more than the others. */
  void add(Map<String, String> more) throws IOException {
    String name = "mds" + (servers.size() + 1);
    Map<String, String> its = new HashMap<>(all);
    its.putAll(more);
    ChildServer server =
        new ChildServer(name, Files.createDirectories(directory.resolve(name)), its);
    servers.add(server);
    server.start();
  }

  /** Waits until a server has logged something. */
  void awaitLog(String server, String text) throws Exception {
    Path log = directory.resolve(server).resolve("logs/mds.log");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (!Files.readString(log).contains(text)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not in " + log + ": " + text);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  List<ChildServer> servers() {
    return servers;
  }

  List<String> addresses() {
    return servers.stream().map(ChildServer::address).toList();
  }

  /** A client in this process that knows all servers. */
  FileSystem fileSystem() throws IOException {
    return fileSystem(VIRTUAL_SERVER);
  }

  /** A client in this process of a virtual server. */
  FileSystem fileSystem(String virtualServer) throws IOException {
    return fileSystem(virtualServer, "test");
  }

  /** Clients of different names share no session. */
  FileSystem fileSystem(String virtualServer, String clientName) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.process", clientName);
    conf.set("fs.leat.mds.addresses", String.join(",", addresses()));
    conf.set("fs.defaultFS", "leat://" + virtualServer + "/");
    return FileSystem.newInstance(conf);
  }

  OwnerRecord ownerRecord() throws IOException {
    return coordination.ownership().read(VIRTUAL_SERVER).orElseThrow();
  }

  ChildServer owner() throws IOException {
    return server(ownerRecord().owner());
  }

  /** One that is not the owner. */
  ChildServer another() throws IOException {
    String owner = ownerRecord().owner();
    return servers.stream().filter(s -> !s.name().equals(owner)).findFirst().orElseThrow();
  }

  ChildServer server(String name) {
    return servers.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /** Waits for an owner record. */
  OwnerRecord awaitOwner(Predicate<OwnerRecord> such) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    OwnerRecord record = ownerRecord();
    while (!such.test(record)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the owner is still " + record);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      record = ownerRecord();
    }
    return record;
  }

  /** Waits until so many servers are members of the cell. */
  void awaitMembers(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (coordination.membership().members().size() != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError("members: " + coordination.membership().members());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /**
   * Asks a server by a command.
   *
   * @return what it prints
   */
  static String leat(ChildServer asked, int expectedCode, String... words) {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.addAll(List.of("--mds", asked.address()));
    StringWriter out = new StringWriter();
    int code =
        Leat.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out))
            .execute(arguments.toArray(String[]::new));
    assertEquals(expectedCode, code, arguments + ": " + out);
    return out.toString();
  }

  /** Waits until a server could take over at once. */
  void awaitReady(String name) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (!isReady(name)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(name + " does not stand by ready");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  private boolean isReady(String name) throws IOException {
    try (ServerQuery query = ServerQuery.connect(owner().address())) {
      return query.server().getVirtualServersList().stream()
          .flatMap(one -> one.getCandidatesList().stream())
          .anyMatch(
              one ->
                  one.getMds().equals(name)
                      && one.getState().equals("STANDBY")
                      && one.getBatch() > 0);
    }
  }

  /** Of several ZooKeeper servers, ends the one that leads. */
  void killZooKeepersLeader() throws IOException {
    zooKeepers.killLeader();
  }

  void stopZooKeeper() throws IOException {
    coordination.close();
    zooKeepers.killAll();
  }

  void startZooKeeper() throws IOException {
    zooKeepers.startAll();
    coordination = CuratorCoordination.connect(zooKeeperConfig);
  }

  @Override
  public void close() throws IOException {
    try {
      for (ChildServer server : servers) {
        server.close();
      }
      if (coordination != null) {
        coordination.close();
      }
    } finally {
      zooKeepers.close();
    }
  }
}
