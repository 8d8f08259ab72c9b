package io.leat.mds.server;

import io.leat.client.ClientConfig;
import io.leat.client.LeatClient;
import io.leat.coordination.VirtualServerConfig;
import io.leat.coordination.zk.CuratorCoordination;
import io.leat.coordination.zk.EmbeddedZooKeeper;
import io.leat.coordination.zk.ZooKeeperConfig;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.takeover.Detection;
import io.leat.model.Extent;
import io.leat.volume.Volumes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;

/**
 * A metadata server with one virtual server in this process, on real files with small journal
 * segments, for tests that break those. The server may be stopped and started again; the ZooKeeper
 * runs on meanwhile.
 */
final class FaultCell implements Closeable {

  static final String NAME = "demo";
  static final int SEGMENT_BYTES = 1 << 20;
  static final int SEGMENTS = 8;

  /** So rare that none comes by itself. */
  static final long NEVER_BYTES = 1L << 40;

  private static final long VOLUME_BYTES = 64L << 20;
  private static final long IMAGE_BYTES = 64L << 20;
  private static final int LANES = 4;

  /** A buffered volume is never flushed by the server meanwhile; a flush would be a batch. */
  private static final int SYNC_MILLIS = 600_000;

  private static final long AWAIT_SECONDS = 60;

  private final Path root;
  private final AreaPaths directories;
  private final EmbeddedZooKeeper zooKeeper;
  private final CuratorCoordination coordination;
  private MetadataServer server;
  private Path volume;
  private int port;

  FaultCell(Path root) throws IOException {
    this(root, AreaPaths.of(root.resolve("metadata")));
  }

  /**
   * @param directories of the metadata area
   */
  FaultCell(Path root, AreaPaths directories) throws IOException {
    this.root = root;
    this.directories = directories;
    this.volume = root.resolve("demo.vol");
    Volumes.format(volume, UUID.randomUUID(), NAME, VOLUME_BYTES, false);
    directories
        .openOrCreate(
            new AreaIdentity(UUID.randomUUID(), NAME, LANES, SEGMENT_BYTES, SEGMENTS),
            Optional.empty())
        .close();
    zooKeeper = EmbeddedZooKeeper.start(root.resolve("zookeeper"));
    coordination =
        CuratorCoordination.connect(ZooKeeperConfig.of(zooKeeper.connectString(), "/leat/fault"));
    coordination
        .virtualServers()
        .create(
            new VirtualServerConfig(
                NAME, List.of("mds1"), directories.toString(), VirtualServerConfig.NEW));
  }

  /** Starts the server; from the second time on at the same port. */
  void start(long checkpointJournalBytes, UnaryOperator<MetadataArea> areas) throws IOException {
    VirtualServerStorage storage =
        new VirtualServerStorage(NAME, directories, image(), volume, NAME, false, IMAGE_BYTES);
    MdsConfig config =
        new MdsConfig(
            "mds1",
            image().getParent(),
            "127.0.0.1",
            port,
            List.of(storage),
            IMAGE_BYTES,
            MdsConfig.DEFAULT_LEASE_MILLIS,
            MdsConfig.DEFAULT_REPLY_SLOTS,
            "",
            checkpointJournalBytes,
            SYNC_MILLIS,
            Extent.INLINE_BYTES_MAX,
            Detection.DEFAULT,
            0);
    server = MetadataServer.start(config, coordination, areas);
    port = server.port();
  }

  /** As the other, without checkpoints but the one of an orderly stop. */
  void start() throws IOException {
    start(NEVER_BYTES, UnaryOperator.identity());
  }

  /** Stops the server in order. */
  void stop() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** How clients reach it. */
  ClientConfig clientConfig() {
    return ClientConfig.of(List.of(server.address()));
  }

  LeatClient client() throws IOException {
    return LeatClient.connect(clientConfig(), NAME);
  }

  /** Of one directory, or the first. */
  Path metadata() {
    return directories.paths().get(0);
  }

  /** Of the server. */
  String address() {
    return server.address();
  }

  Path volume() {
    return volume;
  }

  /** The server's configuration leads to another volume from its next start on. */
  void setVolume(Path other) {
    volume = other;
  }

  private Path image() {
    return images().resolve(NAME);
  }

  /** The parent of its image. Not there before the first start. */
  Path images() {
    return root.resolve("images");
  }

  /** Of a server that is stopped. */
  void removeImage() throws IOException {
    delete(image());
  }

  /** A copy of the metadata area, as a crash at this moment would leave it. */
  Path copyMetadata() throws IOException {
    Path copy = root.resolve("copy");
    copy(metadata(), copy);
    return copy;
  }

  /** Puts the copy in place of the metadata area. */
  void restoreMetadata(Path copy) throws IOException {
    delete(metadata());
    copy(copy, metadata());
    delete(copy);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (var files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /** Waits for a condition, within a bound. */
  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        Assertions.fail("not within " + AWAIT_SECONDS + " s: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } finally {
      coordination.close();
      zooKeeper.close();
    }
  }
}
