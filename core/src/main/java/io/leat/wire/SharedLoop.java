package io.leat.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop without a thread of its own: whoever has the role of its driver is "in the event
 * loop", and at any time at most one thread has it. {@link LoopDriver} says who.
 *
 * <p>What the last driver did happens before what the next one does, because {@link #release}
 * writes and {@link #take} reads the same variable; so Netty's channels notice no change of
 * threads.
 *
 * <p>No wake-up is lost: a driver says that it blocks before it looks at the tasks for the last
 * time, a submitter adds its task before it looks whether the driver blocks. One of them sees the
 * other. While nobody drives, tasks wait for the next driver. The queue of tasks has no bound of
 * its own: a connection has at most one drain in it, the rest are openings, timers and closings.
 */
final class SharedLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
  private static final Logger log = LoggerFactory.getLogger(SharedLoop.class);

  /** Bound on one wait for sockets; a timer or a wake-up ends it earlier. */
  static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  /** Tasks before the sockets have their turn, and rounds of tasks while the loop ends. */
  private static final int TASKS_MAX = 4096;

  private enum State {
    /** Takes tasks and connections. */
    OPEN,
    /** To be ended by its next driver. */
    CLOSING,
    /** Takes no tasks; the last ones run. */
    CLOSED
  }

  private final SocketSelector sockets = new SocketSelector();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Thread> driver = new AtomicReference<>();
  private final AtomicBoolean blocked = new AtomicBoolean();
  private final Promise<Void> terminated = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  // ---- the role -------------------------------------------------------------------------------

  /** Makes the calling thread the driver; false when another one is. */
  boolean take() {
    return driver.get() == null && driver.compareAndSet(null, Thread.currentThread());
  }

  /** The driver drives no longer. */
  void release() {
    driver.set(null);
  }

  boolean isDriven() {
    return driver.get() != null;
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return driver.get() == thread;
  }

  /**
   * One turn: tasks, sockets, tasks. For the driver.
   *
   * @param waitNanos how long to wait when nothing is to be done; 0 does not wait
   * @return how much was done
   */
  int turn(long waitNanos) {
    int done = runTasks();
    done += select(done > 0 ? 0 : waitNanos);
    return done + runTasks();
  }

  /** Makes a driver that waits for sockets look again. */
  void wake() {
    tasks.add(this::nothing);
    unblock();
  }

  private void nothing() {}

  private int runTasks() {
    fetchFromScheduledTaskQueue(tasks);
    int done = 0;
    Runnable task = tasks.poll();
    while (task != null) {
      safeExecute(task);
      done++;
      task = done < TASKS_MAX ? tasks.poll() : null;
    }
    return done;
  }

  private int select(long waitNanos) {
    long wait = Math.min(waitNanos, delayNanos(System.nanoTime(), WAIT_NANOS_MAX));
    try {
      if (wait <= 0) {
        return sockets.select(0);
      }
      blocked.set(true);
      return sockets.select(tasks.isEmpty() ? wait : 0);
    } catch (IOException e) {
      log.error("Closing all connections to metadata servers: cannot wait for them", e);
      var unused = shutdownGracefully();
      return 0;
    } finally {
      blocked.set(false);
    }
  }

  private void unblock() {
    if (blocked.get() && blocked.getAndSet(false)) {
      sockets.wakeUp();
    }
  }

  // ---- tasks and connections ------------------------------------------------------------------

  @Override
  public void execute(Runnable task) {
    tasks.add(Objects.requireNonNull(task, "task"));
    if (state.get() == State.CLOSED && tasks.remove(task)) {
      throw new RejectedExecutionException("the connections to metadata servers are closed");
    }
    if (!inEventLoop()) {
      unblock();
    }
  }

  @Override
  public Future<IoRegistration> register(IoHandle handle) {
    Promise<IoRegistration> promise = newPromise();
    if (inEventLoop()) {
      register(handle, promise);
    } else {
      execute(() -> register(handle, promise));
    }
    return promise;
  }

  private void register(IoHandle handle, Promise<IoRegistration> promise) {
    try {
      if (isShuttingDown()) {
        throw new RejectedExecutionException("the connections to metadata servers are closed");
      }
      promise.setSuccess(sockets.register((NioIoHandle) handle));
    } catch (IOException | RuntimeException e) {
      promise.setFailure(e);
    }
  }

  @Deprecated
  @Override
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Deprecated
  @Override
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Deprecated
  @Override
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return NioIoHandle.class.isAssignableFrom(handleType);
  }

  @Override
  public boolean isIoType(Class<? extends IoHandler> handlerType) {
    return false; // it has none of Netty's
  }

  @Override
  public IoEventLoopGroup parent() {
    return null; // it stands alone
  }

  @Override
  public SharedLoop next() {
    return this;
  }

  // ---- the end --------------------------------------------------------------------------------

  /** Asks the driver to {@link #end} it; there is no quiet period, and the driver has the bound. */
  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    state.compareAndSet(State.OPEN, State.CLOSING);
    wake();
    return terminated;
  }

  @Deprecated
  @Override
  public void shutdown() {
    var unused = shutdownGracefully();
  }

  /** Closes the connections and runs what that leaves to do. For the driver. */
  void end() {
    sockets.closeSockets();
    cancelScheduledTasks();
    int rounds = 0;
    while (runTasks() > 0 && rounds < TASKS_MAX) {
      rounds++;
    }
    state.set(State.CLOSED);
    // What was added before its submitter could see that.
    runTasks();
    sockets.close();
    terminated.setSuccess(null);
  }

  @Override
  public Future<?> terminationFuture() {
    return terminated;
  }

  @Override
  public boolean isShuttingDown() {
    return state.get() != State.OPEN;
  }

  @Override
  public boolean isShutdown() {
    return state.get() == State.CLOSED;
  }

  @Override
  public boolean isTerminated() {
    return terminated.isDone();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }
}
