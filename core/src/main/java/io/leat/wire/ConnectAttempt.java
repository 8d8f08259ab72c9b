package io.leat.wire;

import io.leat.wire.proto.Hello;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * One {@link WireClient#connect} on its way: what is asked for, how far it has come, and its
 * result. Thread-safe.
 */
final class ConnectAttempt {

  /** How far an attempt has come. */
  enum Phase {
    /** Looking up the host's address. */
    RESOLVING,
    /** TCP's handshake. */
    CONNECTING,
    /** Hello is sent. */
    AWAITING_WELCOME
  }

  private final String host;
  private final int port;
  private final Hello hello;
  private final ChannelListener listener;
  private final long timeoutMillis;
  private final long startNanos = System.nanoTime();
  private final CompletableFuture<Channel> result = new CompletableFuture<>();
  private volatile Phase phase = Phase.RESOLVING;
  // Null until TCP is connected.
  private volatile NettyChannel channel;

  ConnectAttempt(String host, int port, Hello hello, ChannelListener listener, long timeoutMillis) {
    if (port < 1 || port > 65_535 || timeoutMillis < 1) {
      throw new IllegalArgumentException(
          "connect to %s:%d within %d ms".formatted(host, port, timeoutMillis));
    }
    this.host = host;
    this.port = port;
    this.hello = hello;
    this.listener = listener;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Another way to the same server, with half of the time that is left, so that this way has time
   * when the other leads nowhere.
   */
  ConnectAttempt nearer(long timeoutMillisMax) {
    long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    long half = Math.max(1, (timeoutMillis - passed) / 2);
    return new ConnectAttempt(host, port, hello, listener, Math.min(half, timeoutMillisMax));
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  Hello hello() {
    return hello;
  }

  ChannelListener listener() {
    return listener;
  }

  long timeoutMillis() {
    return timeoutMillis;
  }

  CompletableFuture<Channel> result() {
    return result;
  }

  /** "host:port" as asked for. */
  String target() {
    return host + ":" + port;
  }

  void enter(Phase next) {
    phase = next;
  }

  /** Runs {@code action} when the attempt has failed, been cancelled or led to a channel. */
  void whenDone(BiConsumer<Channel, Throwable> action) {
    // The stage that it returns would only repeat the result.
    CompletableFuture<Channel> unused = result.whenComplete(action);
  }

  void connected(NettyChannel connected) {
    channel = connected;
    enter(Phase.AWAITING_WELCOME);
  }

  /** Ends the attempt, or the connection that came of it. */
  void close(String reason) {
    fail(new IOException("not connected to " + target() + ": " + reason));
    NettyChannel made = channel;
    if (made != null) {
      made.close(reason);
    }
  }

  void fail(IOException failure) {
    result.completeExceptionally(failure);
  }

  /** The peer answered with something else than a Welcome. */
  void notLeat(String why) {
    fail(new IOException(target() + " does not speak Leat's protocol (" + why + ")"));
  }

  void timedOut() {
    String message =
        switch (phase) {
          case RESOLVING -> "no address for host " + host + " within " + timeoutMillis + " ms";
          case CONNECTING -> "no connection to " + target() + " within " + timeoutMillis + " ms";
          case AWAITING_WELCOME ->
              target()
                  + " sent no Welcome within "
                  + timeoutMillis
                  + " ms: it hangs or does not speak Leat's protocol";
        };
    fail(new SocketTimeoutException(message));
  }
}
