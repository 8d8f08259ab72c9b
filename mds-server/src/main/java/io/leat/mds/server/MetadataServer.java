package io.leat.mds.server;

import io.leat.coordination.Coordination;
import io.leat.coordination.MemberHandle;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.wire.WireProtocol;
import io.leat.wire.WireServer;
import io.leat.wire.WireServerConfig;
import io.leat.wire.proto.ServerDescription;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One metadata server process: its membership, its virtual servers and the service they share. */
public final class MetadataServer implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(MetadataServer.class);

  /** Name and version, as peers and people see it. */
  public static final String SOFTWARE = "leat/" + version();

  /**
   * How a virtual server is described, beside the phases of a recovery, whose lane here may not be
   * written yet: what was written to it before may still land.
   */
  public static final String AWAITS_LANE = "AWAITS_LANE";

  private final MdsConfig config;
  private final Coordination coordination;
  private final UnaryOperator<MetadataArea> areas;
  private final CallerResolver callers;
  private final Peers peers;
  private final MdsService service;
  private final Roster roster;
  private final long startedNanos = System.nanoTime();
  private WireServer wire;
  private MemberHandle member;

  private MetadataServer(
      MdsConfig config, Coordination coordination, UnaryOperator<MetadataArea> areas) {
    this.config = config;
    this.coordination = coordination;
    this.areas = areas;
    this.callers = new CallerResolver(System.getProperty("user.name"), config.superuserGroup());
    this.peers = new Peers(config.name());
    this.service = new MdsService(config.name(), callers, this::describe);
    this.roster = new Roster(config, coordination, service, this::host);
    service.setCell(roster, new Administration(config, coordination, roster, service::host));
  }

  private VirtualServerHost host(VirtualServerStorage storage) {
    return new VirtualServerHost(
        config,
        storage,
        coordination,
        peers,
        areas,
        service::ended,
        () -> service.hosts().size() == 1);
  }

  /**
   * Joins the cell, becomes owner of the configured virtual servers that have none, replays their
   * journals and serves. Returns when it answers requests.
   *
   * @param coordination stays the caller's; closed after this server
   * @throws IOException when the port is busy, storage cannot be opened or replayed, or ZooKeeper
   *     does not answer; the message says which and what to do
   */
  public static MetadataServer start(MdsConfig config, Coordination coordination)
      throws IOException {
    return start(config, coordination, UnaryOperator.identity());
  }

  /**
   * As the other.
   *
   * @param areas given each metadata area as it was opened, returns the one to use; closing that
   *     closes the other
   */
  static MetadataServer start(
      MdsConfig config, Coordination coordination, UnaryOperator<MetadataArea> areas)
      throws IOException {
    MetadataServer server = new MetadataServer(config, coordination, areas);
    try {
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.closeAfter(e);
      throw e;
    }
  }

  private void start() throws IOException {
    for (VirtualServerStorage storage : config.virtualServers()) {
      if (isStarted(storage)) {
        service.add(host(storage));
      }
    }
    wire =
        WireServer.start(
            WireServerConfig.of(
                config.bindHost(),
                config.port(),
                threads(),
                config.name(),
                SOFTWARE,
                localDirectory()),
            service::connected);
    member = coordination.membership().join(memberInfo());
    Levels.requireShared(config.name(), coordination.membership().members());
    for (VirtualServerHost host : service.hosts()) {
      host.start(address());
    }
    roster.start();
    for (VirtualServerStorage storage : config.virtualServers()) {
      VirtualServerHost host = service.host(storage.name());
      if (host != null) {
        host.awaitStarted();
      }
    }
    service.handovers().start();
    LOG.info("{} is there for {} at {}", config.name(), service.virtualServers(), address());
  }

  private boolean isStarted(VirtualServerStorage storage) throws IOException {
    return coordination
        .virtualServers()
        .read(storage.name())
        .map(VirtualServerConfig::started)
        .orElse(true);
  }

  private MemberInfo memberInfo() {
    return new MemberInfo(
        config.name(),
        config.bindHost(),
        port(),
        List.of(),
        SOFTWARE,
        WireProtocol.VERSIONS,
        Levels.KNOWN,
        0);
  }

  /** Beside the image, which is on this host too, and which only its owner may look into. */
  private Optional<Path> localDirectory() throws IOException {
    Path directory =
        config.virtualServers().stream()
            .findFirst()
            .map(first -> first.image().toAbsolutePath().getParent())
            .orElse(config.home());
    return Optional.of(Files.createDirectories(directory));
  }

  /** Event loops: enough to answer queries beside the virtual servers' loops. */
  private static int threads() {
    return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
  }

  /** The port it listens on. */
  public int port() {
    return wire.port();
  }

  /** Where clients reach it. */
  public String address() {
    return config.bindHost() + ":" + port();
  }

  /** All bytes that came in and went out on this server's sockets. */
  public long bytesOnSockets() {
    return wire.bytesReceived() + wire.bytesSent();
  }

  private ServerDescription describe() {
    return ServerDescription.newBuilder()
        .setMds(config.name())
        .setSoftware(SOFTWARE)
        .setAddress(address())
        .setBytesReceived(wire.bytesReceived())
        .setBytesSent(wire.bytesSent())
        .setUptimeMillis((System.nanoTime() - startedNanos) / 1_000_000)
        .build();
  }

  private static String version() {
    String version = MetadataServer.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Stops serving, leaves the cell and closes journals and volumes; no thread stays behind. */
  @Override
  public void close() throws IOException {
    service.handovers().close();
    IOException failure = closing(roster, null);
    Collection<VirtualServerHost> hosts = service.hosts();
    hosts.forEach(VirtualServerHost::leave);
    for (VirtualServerHost host : hosts) {
      // So that clients go on elsewhere, before anything else takes its time.
      failure = closing(host::awaitResigned, failure);
    }
    if (wire != null) {
      wire.close();
    }
    service.checks().close(); // their snapshots keep images open
    for (VirtualServerHost host : hosts) {
      failure = closing(host, failure);
    }
    if (member != null) {
      failure = closing(member, failure);
    }
    callers.close();
    peers.close();
    if (failure != null) {
      throw failure;
    }
  }

  private static IOException closing(Closeable part, IOException earlier) {
    try {
      part.close();
    } catch (IOException e) {
      if (earlier == null) {
        return e;
      }
      earlier.addSuppressed(e);
    }
    return earlier;
  }
}
