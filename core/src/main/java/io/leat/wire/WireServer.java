package io.leat.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
  private io.netty.channel.Channel listening;

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

  private void listen(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, EventLoops.WRITE_BUFFER)
            .childHandler(new Connections())
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

  private final class Connections extends ChannelInitializer<io.netty.channel.Channel> {
    @Override
    protected void initChannel(io.netty.channel.Channel netty) {
      FrameDecoder decoder = new FrameDecoder();
      netty
          .pipeline()
          .addLast(traffic, decoder)
          .addLast(new ServerConnection(config, connections, listeners, traffic, decoder));
    }
  }
}
