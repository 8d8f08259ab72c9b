package io.leat.client;

import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.EngineConfig;
import io.leat.client.engine.Environment;
import io.leat.wire.Channel;
import io.leat.wire.ChannelListener;
import io.leat.wire.WireClient;
import io.leat.wire.WireProtocol;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an engine clocks, timers and connections, and confines it: everything that reaches the
 * engine, from application threads, timers and the network, does so under one lock, which is never
 * held while anything blocks.
 *
 * <p>Nobody is woken with the lock held either. A thread that is woken often takes the processor
 * from the one that wakes it and comes back for the lock with its next call; were it held then,
 * that thread would sleep once more, and so would all that come after it. So futures that threads
 * wait for complete when the lock is free again, those of messages that were read together after
 * the last of them.
 */
final class EngineDriver implements Environment, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(EngineDriver.class);

  /** Bound on an orderly close; after it the session is left to its lease. */
  private static final long CLOSE_MILLIS = 2_000;

  /**
   * Bound on one attempt to connect where there are other addresses: a process that stands still
   * takes connections and says nothing.
   */
  private static final int ATTEMPT_MILLIS = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final WireClient wire = new WireClient();
  private final ScheduledThreadPoolExecutor timers;
  private final Hello hello;
  private final int attemptMillis;
  private final int callTimeoutMillis;
  private final ClientEngine engine;

  /** Sessions whose lock files may go; done without the lock, because it is I/O. */
  private final Queue<Long> drained = new ConcurrentLinkedQueue<>();

  /** Answers for threads that wait, to be handed over without the lock. Guarded by the lock. */
  private List<Runnable> answers = new ArrayList<>();

  private final LongConsumer unlock;
  private volatile boolean closed;

  /**
   * @param unlock gives the lock file of a session back
   */
  EngineDriver(EngineConfig config, String software, LongConsumer unlock) {
    this.unlock = unlock;
    this.hello = WireProtocol.hello(software, config.host(), config.process());
    this.attemptMillis =
        config.addresses().size() == 1
            ? config.connectTimeoutMillis()
            : Math.min(config.connectTimeoutMillis(), ATTEMPT_MILLIS);
    this.callTimeoutMillis = config.callTimeoutMillis();
    this.timers =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "leat-client-timer");
              thread.setDaemon(true);
              return thread;
            });
    timers.setRemoveOnCancelPolicy(true);
    timers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    this.engine = new ClientEngine(config, this);
  }

  ClientEngine engine() {
    return engine;
  }

  /** Makes a call to the engine and waits for what it promises. */
  <T> T call(Function<ClientEngine, CompletableFuture<T>> action) throws IOException {
    return await(confined(action));
  }

  /**
   * As {@link #call(Function)}, for what somebody has to close.
   *
   * @param undo closes what comes when the caller has been interrupted and waits no longer
   */
  <T> T call(Function<ClientEngine, CompletableFuture<T>> action, BiConsumer<ClientEngine, T> undo)
      throws IOException {
    CompletableFuture<T> promised = confined(action);
    try {
      return await(promised);
    } catch (InterruptedIOException e) {
      confined(on -> promised.thenAccept(late -> undo.accept(on, late)));
      throw e;
    }
  }

  /** Makes a call to the engine. */
  <T> T confined(Function<ClientEngine, T> action) {
    lock.lock();
    try {
      return action.apply(engine);
    } finally {
      leave();
    }
  }

  private void leave() {
    if (lock.getHoldCount() > 1) {
      lock.unlock();
      return;
    }
    boolean over = closed && engine.isDrained();
    List<Runnable> answered = takeAnswers();
    lock.unlock();
    answered.forEach(Runnable::run);
    for (Long session = drained.poll(); session != null; session = drained.poll()) {
      long drainedSession = session;
      Thread unlocking =
          new Thread(() -> unlock.accept(drainedSession), "leat-client-unlock-" + session);
      unlocking.setDaemon(true); // nobody waits for it: a file system may hang
      unlocking.start();
    }
    if (over) {
      timers.shutdownNow();
    }
  }

  private List<Runnable> takeAnswers() {
    if (answers.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = answers;
    answers = new ArrayList<>();
    return taken;
  }

  /** The engine bounds every call; the bound here is only for a defect there. */
  <T> T await(CompletableFuture<T> future) throws IOException {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException("waits for the metadata server with the engine's lock");
    }
    try {
      return wire.await(outside(future), 2L * callTimeoutMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while waiting for the metadata server");
      interrupted.initCause(e);
      throw interrupted;
    } catch (TimeoutException e) {
      throw new IOException("the client engine has not answered in time", e);
    } catch (ExecutionException | CompletionException e) {
      throw failure(e.getCause());
    }
  }

  /** See {@link io.leat.client.engine.StreamContext#push}. */
  void push() {
    wire.push();
  }

  /** Completes as {@code promised} does, but never with the lock held. */
  private <T> CompletableFuture<T> outside(CompletableFuture<T> promised) {
    if (promised.isDone()) {
      return promised;
    }
    CompletableFuture<T> outside = new CompletableFuture<>();
    var unused =
        promised.whenComplete(
            (value, failure) -> {
              if (lock.isHeldByCurrentThread()) {
                answers.add(() -> complete(outside, value, failure));
              } else {
                complete(outside, value, failure);
              }
            });
    return outside;
  }

  private static <T> void complete(CompletableFuture<T> future, T value, Throwable failure) {
    if (failure == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(failure);
    }
  }

  /** The same failure, thrown from the caller's own stack. */
  private static IOException failure(Throwable cause) {
    if (cause instanceof CompletionException nested && nested.getCause() != null) {
      return failure(nested.getCause());
    }
    return cause instanceof IOException io ? Failures.copy(io) : new IOException(cause);
  }

  // ---- environment ----------------------------------------------------------------------------

  @Override
  public long monotonicMillis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void schedule(long delayMillis, Runnable task) {
    if (!timers.isShutdown()) {
      var unused = timers.schedule(() -> run(task), delayMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void run(Runnable task) {
    lock.lock();
    try {
      attempt(task);
    } finally {
      leave();
    }
  }

  private static void attempt(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("A timer or a message of the client engine failed", e);
    }
  }

  @Override
  public void drained(long session) {
    drained.add(session);
  }

  @Override
  public void connect(String address, LinkListener listener) {
    int colon = address.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(address.substring(colon + 1));
    } catch (NumberFormatException e) {
      schedule(0, () -> listener.onFailed(new IOException("No host:port: " + address, e)));
      return;
    }
    String host = address.substring(0, Math.max(colon, 0));
    ChannelLink link = new ChannelLink(listener);
    var unused =
        wire.connect(host, port, hello, link, attemptMillis)
            .whenComplete(
                (channel, failure) ->
                    run(
                        () -> {
                          if (failure == null && link.closed) {
                            channel.close("closed after the handshake");
                            listener.onFailed(new IOException("closed after the handshake"));
                          } else if (failure == null) {
                            link.channel = channel;
                            listener.onOpen(link);
                          } else {
                            listener.onFailed(failure(failure));
                          }
                        }));
  }

  /** A connection, as engine and wire see it. */
  private final class ChannelLink implements Link, ChannelListener {
    private final LinkListener listener;

    /** Read together, for one turn with the lock. Event loop only. */
    private final List<Envelope> received = new ArrayList<>();

    private Channel channel;
    private boolean closed;

    ChannelLink(LinkListener listener) {
      this.listener = listener;
    }

    @Override
    public void send(Envelope message) {
      channel.send(message);
    }

    @Override
    public void close(String reason) {
      closed = true;
      channel.close(reason);
    }

    @Override
    public void onMessage(Channel from, Envelope message) {
      received.add(message);
    }

    @Override
    public void onBatchEnd(Channel from) {
      run(() -> received.forEach(message -> attempt(() -> take(message))));
      received.clear();
    }

    private void take(Envelope message) {
      if (!closed) {
        listener.onMessage(message);
      }
    }

    @Override
    public void onClosed(Channel from, String reason) {
      run(
          () -> {
            boolean known = !closed && channel != null;
            closed = true;
            if (known) {
              listener.onClosed(reason);
            }
          });
    }
  }

  @Override
  public void close() throws IOException {
    CompletableFuture<Void> ended = confined(ClientEngine::close);
    try {
      wire.await(ended, CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("The session was not closed in order; its lease ends it: {}", e.toString());
    }
    closed = true; // the timers go on until no write is under way any more
    run(engine::closeNow);
    wire.close();
  }
}
