package io.leat.mds.cell;

import io.leat.mds.config.ConfigKey;
import io.leat.mds.config.LeatConfiguration;
import io.leat.mds.config.ZooKeeperSettings;
import io.leat.mds.server.MdsConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cell in this process: ZooKeeper, one metadata server, the virtual server {@value
 * CellLayout#VIRTUAL_SERVER} and its volume in a file, all in one directory and on loopback ports
 * that are chosen at the first start and kept (architecture, section 13).
 *
 * <p>Started and closed by one owner, from any thread.
 */
public final class EmbeddedCell implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCell.class);

  private static final String SERVER_COMMENT =
      "The server's configuration: yours to change, read at each start. See docs/configuration.md.";
  private static final String CLIENT_COMMENT =
      "How clients reach this cell. Written at each start of the cell; copy it, do not change it.";

  private final CellLayout layout;
  private final String address;
  private final List<String> notes;
  private final CloseStack parts;

  private EmbeddedCell(CellLayout layout, String address, List<String> notes, CloseStack parts) {
    this.layout = layout;
    this.address = address;
    this.notes = List.copyOf(notes);
    this.parts = parts;
  }

  /**
   * Starts the cell of a directory, making it first where there is none. Returns when it serves.
   *
   * @throws IOException when the directory is not a cell's, another cell uses it, a port is busy, a
   *     setting is bad or a part does not start; the message says which and what to do
   */
  public static EmbeddedCell start(CellOptions options) throws IOException {
    CellLayout layout = new CellLayout(options.directory());
    layout.create();
    CloseStack parts = new CloseStack();
    try {
      parts.push(CellLock.take(layout));
      return start(layout, options, parts);
    } catch (IOException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private static EmbeddedCell start(CellLayout layout, CellOptions options, CloseStack parts)
      throws IOException {
    CellProperties properties = CellProperties.load(layout.properties());
    LeatConfiguration configuration = configuration(layout, options, properties);
    List<String> notes = VolumeFiles.create(configuration);
    ServerProcess server = parts.push(ServerProcess.start(configuration));
    properties.withPorts(server.port(), server.zooKeeperPort()).store(layout.properties());
    EmbeddedCell cell = new EmbeddedCell(layout, server.address(), notes, parts);
    ConfigurationFile.write(layout.coreSite(), CLIENT_COMMENT, cell.clientConfiguration());
    LOG.info("cell {} in {} serves at {}", properties.cell(), layout.root(), server.address());
    return cell;
  }

  private static LeatConfiguration configuration(
      CellLayout layout, CellOptions options, CellProperties properties) throws IOException {
    if (!Files.exists(layout.leatSite())) {
      ConfigurationFile.write(layout.leatSite(), SERVER_COMMENT, firstSettings());
    }
    LeatConfiguration written =
        LeatConfiguration.load(layout.conf(), options.settings(), keptPorts(properties));
    MdsConfig mds = written.mds();
    LoopbackPort.requireFree(mds.bindHost(), mds.port(), ConfigKey.MDS_PORT, layout);
    ZooKeeperSettings zooKeeper = written.zooKeeper();
    if (zooKeeper.embedded()) {
      LoopbackPort.requireFree(
          LoopbackPort.HOST, zooKeeper.port(), ConfigKey.ZOOKEEPER_PORT, layout);
    }
    return written;
  }

  /** The configuration of a cell that was started before. */
  static LeatConfiguration written(CellLayout layout, CellProperties properties)
      throws IOException {
    return LeatConfiguration.load(layout.conf(), Map.of(), keptPorts(properties));
  }

  private static Map<String, String> firstSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(ConfigKey.MDS_NAME.template(), "mds1");
    settings.put(ConfigKey.MDS_VIRTUAL_SERVERS.template(), CellLayout.VIRTUAL_SERVER);
    // A restart after a crash waits for the old membership to end; nobody else could take over.
    settings.put(ConfigKey.ZOOKEEPER_SESSION_TIMEOUT.template(), "4s");
    return settings;
  }

  private static Map<String, String> keptPorts(CellProperties properties) {
    return Map.of(
        ConfigKey.MDS_PORT.template(), Integer.toString(properties.mdsPort()),
        ConfigKey.ZOOKEEPER_PORT.template(), Integer.toString(properties.zooKeeperPort()));
  }

  /** What stands where. */
  public CellLayout layout() {
    return layout;
  }

  /** The metadata servers, {@code host:port}. */
  public List<String> addresses() {
    return List.of(address);
  }

  /** What a client's {@code core-site.xml} must say, in the order to write it. */
  public Map<String, String> clientConfiguration() {
    return ClientSettings.of(CellLayout.VIRTUAL_SERVER, addresses());
  }

  /** Sentences that the user should see. */
  public List<String> notes() {
    return notes;
  }

  /** Stops serving; nothing of the cell is left running. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    parts.close();
  }
}
