package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.Happening;
import io.leat.coordination.zk.EmbeddedZooKeeper;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.ClientSettings;
import io.leat.mds.cli.ChildServer;
import io.leat.mds.cli.ServerQuery;
import io.leat.mds.config.ConfigKey;
import io.leat.volume.Volumes;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Two metadata servers in processes of their own, and a ZooKeeper in this one. */
final class LeatPair implements ServerPair {

  private static final String FILE_SYSTEM = "io.leat.hadoop.LeatFileSystem";
  private static final String VIRTUAL_SERVER = CellLayout.VIRTUAL_SERVER;
  private static final int SERVERS = 2;
  private static final Duration READY_BOUND = Duration.ofSeconds(60);
  private static final long POLL_MILLIS = 20;

  private final List<ChildServer> servers = new ArrayList<>();
  private EmbeddedZooKeeper zooKeeper;
  private boolean closed;

  @Override
  public synchronized ClientSetup start(Path directory, long volumeBytes)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the benchmark is ending, no servers are started");
    }
    zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
    Path volume = directory.resolve("volume");
    var unused = Volumes.format(volume, UUID.randomUUID(), VIRTUAL_SERVER, volumeBytes, true);
    Map<String, String> settings = new HashMap<>();
    settings.put(ConfigKey.MDS_VIRTUAL_SERVERS.template(), VIRTUAL_SERVER);
    settings.put(ConfigKey.ZOOKEEPER_CONNECT.template(), zooKeeper.connectString());
    settings.put(ConfigKey.VS_VOLUME.of(VIRTUAL_SERVER), volume.toString());
    settings.put(
        ConfigKey.VS_METADATA.of(VIRTUAL_SERVER), directory.resolve("metadata").toString());
    for (int i = 1; i <= SERVERS; i++) {
      String name = "mds" + i;
      ChildServer server = new ChildServer(name, directory.resolve(name), settings);
      servers.add(server);
      server.start();
    }
    awaitReady();
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> client =
        ClientSettings.of(VIRTUAL_SERVER, servers.stream().map(ChildServer::address).toList());
    ClientFiles.write(configuration, client, FILE_SYSTEM);
    return new ClientSetup(configuration, client.get("fs.defaultFS") + "bench", List.of());
  }

  @Override
  public void let(Happening happening) throws IOException {
    ChildServer owner = owner();
    switch (happening) {
      case CRASH -> owner.kill();
      case PLANNED -> {
        try (ServerQuery query = ServerQuery.connect(owner.address())) {
          HandedOver unused = query.handOver(VIRTUAL_SERVER, HandOver.getDefaultInstance());
        }
      }
    }
  }

  private ChildServer owner() throws IOException {
    String owner = known().getOwner();
    return servers.stream().filter(one -> one.name().equals(owner)).findFirst().orElseThrow();
  }

  private VirtualServerDescription known() throws IOException {
    ChildServer running = servers.stream().filter(ChildServer::isRunning).findFirst().orElseThrow();
    try (ServerQuery query = ServerQuery.connect(running.address())) {
      return query.known(VIRTUAL_SERVER);
    }
  }

  @Override
  public void restore() throws IOException, InterruptedException {
    for (ChildServer server : servers) {
      if (!server.isRunning()) {
        server.start();
      }
    }
    awaitReady();
  }

  /** Waits until one serves and the other follows closely. */
  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_BOUND.toNanos();
    while (!isReady(known())) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("no second server stands by: " + known());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isReady(VirtualServerDescription known) {
    return known.getEpoch() != 0
        && known.getCandidatesList().stream()
            .anyMatch(one -> one.getState().equals("STANDBY") && one.getBatch() > 0);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (ChildServer server : servers) {
      server.close();
    }
    if (zooKeeper != null) {
      zooKeeper.close();
      zooKeeper = null;
    }
  }
}
