package io.leat.wire;

import io.leat.wire.proto.Welcome;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for clients. Owns its event loops; thread-safe. */
public final class WireServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(WireServer.class);

  /** Connections that the kernel may hold until they are accepted. */
  private static final int BACKLOG = 1024;

  private final WireServerConfig config;
  private final Function<Channel, ChannelListener> listeners;
  private final Traffic traffic = new Traffic();
  private final ConnectionTable connections;
  private final EventLoopGroup loops;
  private final long instance = newInstance();
  private io.netty.channel.Channel listening;
  // Null without one. Its end deletes the file.
  private io.netty.channel.Channel listeningLocally;
  // Welcomes of the first moment do without.
  private volatile String localSocket = "";

  private WireServer(WireServerConfig config, Function<Channel, ChannelListener> listeners) {
    this.config = config;
    this.listeners = listeners;
    this.connections = new ConnectionTable(config.maxConnections());
    this.loops = EventLoops.start("leat-wire-server", config.threads());
  }

  /**
   * Starts to listen.
   *
   * @param listeners makes the listener of a new connection, on its event loop, when the handshake
   *     is done and {@link Channel#hello()} is known; when it throws, the connection ends without a
   *     Welcome
   * @throws BindException when the port is busy or the host is not one of this machine's; names
   *     both and the configuration key
   * @throws UnknownHostException when the host has no address
   */
  public static WireServer start(
      WireServerConfig config, Function<Channel, ChannelListener> listeners) throws IOException {
    InetSocketAddress address = address(config);
    WireServer server = new WireServer(config, listeners);
    try {
      server.listen(address);
      server.listenLocally();
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    log.info("{} listens on {}:{}", config.serverName(), config.bindHost(), server.port());
    return server;
  }

  /** The port it listens on; the one chosen where the configuration says 0. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** All bytes read from sockets since the start, framing included. */
  public long bytesReceived() {
    return traffic.received();
  }

  /** All bytes that sockets took since the start, framing included. */
  public long bytesSent() {
    return traffic.sent();
  }

  /**
   * Stops to accept, closes every connection and ends the threads; waits for that, unless it is
   * called from one of them. May be called again.
   */
  @Override
  public void close() {
    // The file belongs to who has the port, so it goes first.
    if (listeningLocally != null) {
      EventLoops.await(loops, listeningLocally.close());
    }
    if (listening != null) {
      // The event loops end only after it has closed.
      var unused = listening.close();
    }
    connections.close("the server is shutting down");
    EventLoops.stop(loops);
  }

  private static InetSocketAddress address(WireServerConfig config) throws IOException {
    try {
      return new InetSocketAddress(InetAddress.getByName(config.bindHost()), config.port());
    } catch (UnknownHostException e) {
      throw initCause(
          new UnknownHostException(
              "cannot listen on host " + config.bindHost() + ": it has no address"),
          e);
    }
  }

  /**
   * After TCP: who has the port may replace the file. Without it clients of this host use TCP as
   * others do.
   */
  private void listenLocally() {
    config.localDirectory().ifPresent(this::listenLocally);
  }

  private void listenLocally(Path directory) {
    Optional<Path> usable = LocalSocket.of(directory, config.serverName());
    usable.ifPresentOrElse(
        this::listenOn,
        () ->
            log.info(
                "No socket file in {} for clients of this host: its path would be too long",
                directory));
  }

  private void listenOn(Path socket) {
    deleteLeft(socket);
    ChannelFuture bound =
        bootstrap(NioServerDomainSocketChannel.class)
            .bind(UnixDomainSocketAddress.of(socket))
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      listeningLocally = bound.channel();
      openToAll(socket);
      localSocket = socket.toString();
    } else {
      log.warn("No socket file {} for clients of this host, they use TCP", socket, bound.cause());
    }
  }

  /** Whoever reaches the directory may connect, as with TCP. */
  private static void openToAll(Path socket) {
    try {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException | UnsupportedOperationException e) {
      log.warn("Other users of this host use TCP: cannot open {} to them", socket, e);
    }
  }

  /** What a server left that was killed. */
  private static void deleteLeft(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      log.warn("Cannot delete the socket file {}", socket, e);
    }
  }

  private static long newInstance() {
    long random;
    do {
      random = new SecureRandom().nextLong();
    } while (random == 0);
    return random;
  }

  private ServerBootstrap bootstrap(Class<? extends ServerChannel> kind) {
    return new ServerBootstrap()
        .group(loops)
        .channel(kind)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, EventLoops.WRITE_BUFFER)
        .childHandler(new Connections());
  }

  private void listen(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        bootstrap(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw cannotListen(bound.cause());
    }
    listening = bound.channel();
  }

  private IOException cannotListen(Throwable cause) {
    return initCause(
        new BindException(
            "cannot listen on %s:%d (%s): stop what uses the port, or set leat.mds.port to another"
                .formatted(config.bindHost(), config.port(), cause.getMessage())),
        cause);
  }

  private static IOException initCause(IOException exception, Throwable cause) {
    exception.initCause(cause);
    return exception;
  }

  private Welcome introduction() {
    return Welcome.newBuilder()
        .setSoftware(config.software())
        .setMds(config.serverName())
        .setInstance(instance)
        .setLocalSocket(localSocket)
        .build();
  }

  private final class Connections extends ChannelInitializer<io.netty.channel.Channel> {
    @Override
    protected void initChannel(io.netty.channel.Channel netty) {
      FrameDecoder decoder = new FrameDecoder();
      netty
          .pipeline()
          .addLast(traffic, decoder)
          .addLast(
              new ServerConnection(
                  config, introduction(), connections, listeners, traffic, decoder));
    }
  }
}
