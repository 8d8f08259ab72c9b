package io.leat.wire;

import io.leat.wire.proto.Hello;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to metadata servers. One event loop serves all connections; a thread that waits alone in
 * {@link #await} runs it. Owns its threads, which are daemons; thread-safe.
 */
public final class WireClient implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(WireClient.class);

  /** Attempts that may wait for a slow name service. */
  private static final int MAX_RESOLVING = 1024;

  private static final long RESOLVER_IDLE_SECONDS = 10;

  /** How long a server's local socket may take to welcome a client that TCP has reached already. */
  static final long LOCAL_MILLIS_MAX = 500;

  private final LoopDriver driver = LoopDriver.start();
  // The JDK's lookup blocks, which an event loop must not.
  private final ThreadPoolExecutor resolver;
  private final Traffic traffic = new Traffic();
  // Attempts under way and connections that stand.
  private final Set<ConnectAttempt> attempts = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public WireClient() {
    resolver =
        new ThreadPoolExecutor(
            1,
            1,
            RESOLVER_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_RESOLVING),
            new DefaultThreadFactory("leat-wire-resolver", true));
    resolver.allowCoreThreadTimeOut(true);
  }

  /**
   * Connects and introduces itself. The future completes on the channel's event loop when the
   * server has welcomed the client, before the listener's first call. Where the host has several
   * addresses the first is used; a slow name service delays attempts that come later, within their
   * timeouts. A server on this host is then reached through its local socket, if it has one that
   * answers. Cancelling the future ends the attempt.
   *
   * <p>It fails with a {@link io.leat.model.LeatException} that carries the server's own words when
   * the server refuses (another version, too many connections), with {@link UnknownHostException},
   * {@link ConnectException} or {@link java.net.SocketTimeoutException}, or with an {@link
   * IOException} that says that the peer is not a Leat server.
   *
   * @param hello see {@link WireProtocol#hello}
   * @param timeoutMillis bound on the whole attempt, at least 1
   * @throws IllegalArgumentException when port or timeout is out of range
   */
  public CompletableFuture<Channel> connect(
      String host, int port, Hello hello, ChannelListener listener, long timeoutMillis) {
    ConnectAttempt attempt = new ConnectAttempt(host, port, hello, listener, timeoutMillis);
    begin(attempt, () -> resolver.execute(() -> resolve(attempt)));
    return attempt.result();
  }

  private void begin(ConnectAttempt attempt, Runnable firstStep) {
    attempts.add(attempt);
    attempt.whenDone((made, failure) -> forgetFailed(attempt, failure));
    try {
      var timer =
          driver.loop().schedule(attempt::timedOut, attempt.timeoutMillis(), TimeUnit.MILLISECONDS);
      attempt.whenDone((made, failure) -> timer.cancel(false));
      firstStep.run();
    } catch (RejectedExecutionException e) {
      attempt.fail(
          new IOException("cannot connect to " + attempt.target() + ": closed or too busy", e));
    }
    if (closed) {
      attempt.close("the client is closed");
    }
  }

  /**
   * Waits as {@link CompletableFuture#get(long, TimeUnit)} for what a message of these connections
   * completes. A thread that waits alone meanwhile writes and reads for all connections and calls
   * their listeners, so it holds no lock that a listener takes. An interrupt ends its wait and
   * nothing else.
   *
   * @throws IllegalStateException when called by a listener: nobody would read the answer
   */
  public <T> T await(CompletableFuture<T> future, long timeoutMillis)
      throws InterruptedException, ExecutionException, TimeoutException {
    return driver.await(future, timeoutMillis);
  }

  /**
   * Lets messages that were sent leave now where no thread would see to that at once; reads what
   * has come, too. As in {@link #await}, the caller holds no lock that a listener takes.
   */
  public void push() {
    driver.push();
  }

  /** All bytes read from sockets, framing included. */
  public long bytesReceived() {
    return traffic.received();
  }

  /** All bytes that sockets took, framing included. */
  public long bytesSent() {
    return traffic.sent();
  }

  /**
   * Closes every connection, fails what is under way and ends the threads; waits for that, unless
   * it is called from one of them. May be called again.
   */
  @Override
  public void close() {
    closed = true;
    attempts.forEach(attempt -> attempt.close("the client is closed"));
    resolver.shutdownNow();
    driver.close();
  }

  private void forgetFailed(ConnectAttempt attempt, Throwable failure) {
    if (failure != null) {
      attempts.remove(attempt);
    }
  }

  private void resolve(ConnectAttempt attempt) {
    try {
      InetAddress address = InetAddress.getByName(attempt.host());
      Bootstrap tcp =
          bootstrap(attempt, NioSocketChannel.class, (far, use) -> nearest(attempt, far, use))
              .option(ChannelOption.TCP_NODELAY, true)
              .option(ChannelOption.SO_KEEPALIVE, true);
      connect(attempt, tcp, new InetSocketAddress(address, attempt.port()));
    } catch (UnknownHostException e) {
      attempt.fail(withCause(new UnknownHostException("unknown host " + attempt.host()), e));
    } catch (RuntimeException e) {
      attempt.fail(
          new IOException("cannot connect to " + attempt.target() + ": " + e.getMessage(), e));
    }
  }

  private static void connect(ConnectAttempt attempt, Bootstrap bootstrap, SocketAddress address) {
    attempt.enter(ConnectAttempt.Phase.CONNECTING);
    var unused =
        bootstrap
            .connect(address)
            .addListener(connecting -> connected(attempt, connecting.cause()));
  }

  /** Takes the server's local socket, or else what there is. On the event loop. */
  private void nearest(ConnectAttempt attempt, NettyChannel far, Runnable useFar) {
    Optional<Path> socket =
        far.isOnThisHost() ? LocalSocket.offered(far.welcome()) : Optional.empty();
    if (socket.isEmpty()) {
      useFar.run();
      return;
    }
    ConnectAttempt nearer = attempt.nearer(LOCAL_MILLIS_MAX);
    nearer.whenDone((near, failure) -> take(attempt, far, useFar, near, failure));
    attempt.whenDone((made, failure) -> forgetNearer(nearer, failure));
    Bootstrap local =
        bootstrap(
            nearer,
            NioDomainSocketChannel.class,
            (near, use) -> useIfSameServer(attempt, far, nearer, near, use));
    begin(nearer, () -> connect(nearer, local, UnixDomainSocketAddress.of(socket.get())));
  }

  /** What fails here ends without its listener having heard of it. */
  private static void useIfSameServer(
      ConnectAttempt attempt,
      NettyChannel far,
      ConnectAttempt nearer,
      NettyChannel near,
      Runnable use) {
    if (attempt.result().isDone()) {
      nearer.fail(new IOException("not wanted any more"));
    } else if (LocalSocket.isSameServer(far.welcome(), near.welcome())) {
      use.run();
    } else {
      nearer.fail(new IOException("another server listens there"));
    }
  }

  private void take(
      ConnectAttempt attempt, NettyChannel far, Runnable useFar, Channel near, Throwable failure) {
    if (failure != null) {
      log.debug("No local socket of {}, so TCP", attempt.target(), failure);
      // Whoever ends the attempt may be any thread.
      driver.loop().execute(useFar);
    } else if (attempt.result().complete(near)) {
      far.close("its server's local socket takes its place");
    } else {
      near.close("not wanted any more");
    }
  }

  private static void forgetNearer(ConnectAttempt nearer, Throwable failure) {
    if (failure != null) {
      nearer.close("not wanted any more");
    }
  }

  private Bootstrap bootstrap(
      ConnectAttempt attempt,
      Class<? extends io.netty.channel.Channel> kind,
      ClientConnection.Welcomed welcomed) {
    return new Bootstrap()
        .group(driver.loop())
        .channel(kind)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, EventLoops.WRITE_BUFFER)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS,
            (int) Math.min(attempt.timeoutMillis(), Integer.MAX_VALUE))
        .handler(new Connection(attempt, welcomed));
  }

  private static void connected(ConnectAttempt attempt, Throwable failure) {
    if (failure instanceof ConnectTimeoutException) {
      attempt.timedOut();
    } else if (failure != null) {
      attempt.fail(
          withCause(
              new ConnectException(
                  "cannot connect to %s (%s): does a metadata server run there?"
                      .formatted(attempt.target(), failure.getMessage())),
              failure));
    }
  }

  private static IOException withCause(IOException exception, Throwable cause) {
    exception.initCause(cause);
    return exception;
  }

  private final class Connection extends ChannelInitializer<io.netty.channel.Channel> {
    private final ConnectAttempt attempt;
    private final ClientConnection.Welcomed welcomed;

    Connection(ConnectAttempt attempt, ClientConnection.Welcomed welcomed) {
      this.attempt = attempt;
      this.welcomed = welcomed;
    }

    @Override
    protected void initChannel(io.netty.channel.Channel netty) {
      FrameDecoder decoder = new FrameDecoder();
      Runnable ended = () -> attempts.remove(attempt);
      netty
          .pipeline()
          .addLast(traffic, decoder)
          .addLast(new ClientConnection(attempt, welcomed, ended, traffic, decoder));
    }
  }
}
