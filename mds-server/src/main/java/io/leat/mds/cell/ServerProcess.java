package io.leat.mds.cell;

import io.leat.coordination.zk.CuratorCoordination;
import io.leat.coordination.zk.EmbeddedZooKeeper;
import io.leat.coordination.zk.ZooKeeperConfig;
import io.leat.mds.config.ConfigKey;
import io.leat.mds.config.LeatConfiguration;
import io.leat.mds.config.ZooKeeperSettings;
import io.leat.mds.server.MdsConfig;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.server.MetadataServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata server as its configuration wants it, with its session in ZooKeeper and, where no
 * other is configured, that ZooKeeper. Started and closed by one owner.
 */
public final class ServerProcess implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  private static final String ZOOKEEPER_DIRECTORY = "zookeeper";

  private final LeatConfiguration configuration;
  private final CloseStack parts = new CloseStack();
  private int zooKeeperPort;
  private int port;

  private ServerProcess(LeatConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Starts everything in its order; returns when requests are answered, here or by another owner.
   * Virtual servers that the cell does not know yet are registered, and this server becomes a
   * candidate for all of its own.
   */
  public static ServerProcess start(LeatConfiguration configuration) throws IOException {
    configuration.warnings().forEach(LOG::warn);
    requireVolumes(configuration.mds());
    ServerProcess process = new ServerProcess(configuration);
    try {
      process.startParts();
      return process;
    } catch (IOException | RuntimeException e) {
      process.parts.closeAfter(e);
      throw e;
    }
  }

  private static void requireVolumes(MdsConfig mds) throws IOException {
    for (VirtualServerStorage storage : mds.virtualServers()) {
      if (Files.notExists(storage.volume())) {
        throw new IOException(
            "the volume %s of virtual server %s does not exist; 'leat volume create' makes one, or"
                    .formatted(storage.volume(), storage.name())
                + " set "
                + ConfigKey.VS_VOLUME.of(storage.name()));
      }
    }
  }

  private void startParts() throws IOException {
    MdsConfig mds = configuration.mds();
    CuratorCoordination coordination = parts.push(CuratorCoordination.connect(zooKeeper()));
    port = parts.push(MetadataServer.start(mds, coordination)).port();
  }

  private ZooKeeperConfig zooKeeper() throws IOException {
    ZooKeeperSettings settings = configuration.zooKeeper();
    String connect = settings.connect();
    if (settings.embedded()) {
      EmbeddedZooKeeper embedded =
          parts.push(
              EmbeddedZooKeeper.start(
                  configuration.home().resolve(ZOOKEEPER_DIRECTORY),
                  EmbeddedZooKeeper.DEFAULT_HOST,
                  settings.port()));
      zooKeeperPort = embedded.port();
      connect = embedded.connectString();
    }
    return new ZooKeeperConfig(
        connect,
        settings.root(),
        settings.sessionTimeoutMillis(),
        Math.min(
            settings.sessionTimeoutMillis(), ZooKeeperConfig.DEFAULT_CONNECTION_TIMEOUT_MILLIS));
  }

  /** The port of the metadata server. */
  public int port() {
    return port;
  }

  /** The port of the ZooKeeper inside the process; 0 where another one is configured. */
  public int zooKeeperPort() {
    return zooKeeperPort;
  }

  /** Where clients reach the metadata server, {@code host:port}. */
  public String address() {
    return configuration.mds().bindHost() + ":" + port;
  }

  /** Stops in the opposite order of the start, each part even if one before it fails. */
  @Override
  public void close() throws IOException {
    parts.close();
  }
}
