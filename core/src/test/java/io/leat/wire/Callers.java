package io.leat.wire;

import io.leat.wire.proto.Envelope;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls from one client to one server over one connection, each completed with the thread that has
 * read its reply.
 */
final class Callers implements ChannelListener, AutoCloseable {
  /** Requests from this correlation on are answered only by {@link #answer}. */
  static final long HELD = 1L << 40;

  final WireClient client = new WireClient();
  final Channel channel;

  /** Completes with the thread that has heard the end of the connection. */
  final CompletableFuture<Thread> closed = new CompletableFuture<>();

  private final ConcurrentHashMap<Long, CompletableFuture<Thread>> calls =
      new ConcurrentHashMap<>();
  private final AtomicLong correlations = new AtomicLong();
  private final CompletableFuture<Channel> accepted = new CompletableFuture<>();
  private final RecordingListener held = new RecordingListener();
  private final WireServer server;

  Callers() throws Exception {
    server = Wire.server(this::serve);
    channel = Wire.connect(client, server, this);
  }

  private ChannelListener serve(Channel served) {
    accepted.complete(served);
    return new ChannelListener() {
      @Override
      public void onMessage(Channel from, Envelope request) {
        if (request.getCorrelation() < HELD) {
          from.send(Wire.reply(request.getCorrelation()));
        } else {
          held.onMessage(from, request);
        }
      }

      @Override
      public void onClosed(Channel from, String reason) {
        held.onClosed(from, reason);
      }
    };
  }

  /** The reply that is to come, without waiting for it. */
  CompletableFuture<Thread> expect(long correlation) {
    return calls.computeIfAbsent(correlation, key -> new CompletableFuture<>());
  }

  /** A call that the server answers at once. */
  Thread call() throws InterruptedException, ExecutionException, TimeoutException {
    return call(correlations.incrementAndGet(), Wire.WAIT_MILLIS);
  }

  /** A call with a correlation of the caller's choice. */
  Thread call(long correlation, long timeoutMillis)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Thread> reply = expect(correlation);
    channel.send(Wire.request(correlation));
    return client.await(reply, timeoutMillis);
  }

  /** Calls until a reply was read by the calling thread itself. */
  void callUntilDriving() {
    Wire.await("a caller that reads its own reply", this::readsOwnReply);
  }

  private boolean readsOwnReply() {
    try {
      return call() == Thread.currentThread();
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until the server holds another request, and returns its correlation. */
  long awaitHeld() throws InterruptedException {
    return held.next().getCorrelation();
  }

  /** The server says this. */
  void answer(long correlation) {
    accepted.join().send(Wire.reply(correlation));
  }

  @Override
  public void onMessage(Channel from, Envelope reply) {
    expect(reply.getCorrelation()).complete(Thread.currentThread());
  }

  @Override
  public void onClosed(Channel from, String reason) {
    closed.complete(Thread.currentThread());
    calls.values().forEach(call -> call.completeExceptionally(new IOException(reason)));
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
