package io.leat.wire;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Says which thread drives a {@link SharedLoop}. A thread that waits alone for an answer drives it
 * itself: it writes its own request and reads its own reply, and no thread has to be woken in
 * between. While several wait, or nobody does, a thread of its own drives and the others sleep.
 *
 * <pre>
 *              call() or idle for GRACE_NANOS
 *      free ------------------------------------> background drives
 *       ^ |                                              |
 *       | | waits alone          asked by one that waits |
 *       | v                      alone, no crowd of late |
 *   application thread drives <------ free <-------------/
 * </pre>
 *
 * <h2>No answer waits for ever</h2>
 *
 * While the role is free the background thread looks after {@link #GRACE_NANOS} at the latest and
 * takes it, so that is the bound on every delay, also for events of the server, timers and messages
 * whose sender does not wait. Mostly there is none: a thread that goes to sleep over its answer has
 * been counted before it looks for a driver, and a driver that leaves looks for others that are
 * counted after it has left; one sees the other and calls the background thread. That one sleeps
 * for longer only while the same drive goes on, and says so before it looks at the role for the
 * last time; whoever gives the role up then wakes it.
 *
 * <h2>Interrupts</h2>
 *
 * An application's thread may be interrupted at any point of its drive. That closes no connection:
 * the JDK closes a {@code SocketChannel} on interrupt only around operations in blocking mode
 * ({@code beginRead}, {@code beginWrite} and {@code beginFinishConnect} of {@code
 * SocketChannelImpl}, seen in JDK 17 and 25; {@code java.nio.channels.InterruptibleChannel} speaks
 * of blocking operations), and Netty's channels are never in it. A wait of the selector ends at
 * once and leaves the flag set. So the thread stops driving, its wait alone fails, and others
 * notice nothing.
 *
 * <p>Thread-safe. A driver holds locks of its caller, as any thread that waits for an answer does,
 * and runs the listeners of all connections: these must not need such locks.
 */
final class LoopDriver {

  /** How long nobody drives before the background thread does. */
  static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How long after several threads have waited at once nobody but the background thread drives. */
  static final long CROWD_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How long a driver looks before it sleeps: longer than most durable answers take. */
  static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private final SharedLoop loop = new SharedLoop();
  private final BriefSpin spin = new BriefSpin(SPIN_NANOS);
  private final AtomicInteger waiting = new AtomicInteger();
  // Of Netty's kind, whose buffers and pools are quicker there.
  private final Thread background =
      new FastThreadLocalThread(this::drivesForAll, "leat-wire-client");
  // One that waits alone while the background thread drives; a hint, so races on it cost the grace.
  private volatile Thread asking;
  private volatile boolean called;
  private volatile boolean resting;
  private volatile long releasedNanos = System.nanoTime() - GRACE_NANOS;
  private volatile long crowdedNanos = System.nanoTime() - CROWD_NANOS;

  /** Starts the background thread, a daemon. */
  static LoopDriver start() {
    LoopDriver driver = new LoopDriver();
    driver.background.setDaemon(true);
    driver.background.start();
    return driver;
  }

  SharedLoop loop() {
    return loop;
  }

  /** See {@link WireClient#await}. */
  <T> T await(CompletableFuture<T> future, long timeoutMillis)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (future.isDone()) {
      return future.get();
    }
    if (loop.inEventLoop()) {
      throw new IllegalStateException("the thread that reads answers cannot wait for one");
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    if (waiting.incrementAndGet() > 1) {
      crowdedNanos = System.nanoTime();
    }
    try {
      driveAlone(future, end);
      if (!future.isDone() && !loop.isDriven()) {
        call();
      }
      look(future);
      return future.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      waiting.decrementAndGet();
    }
  }

  /**
   * See {@link WireClient#push}. Whoever drives has seen the messages; where nobody does, the
   * background thread would only after the grace.
   */
  void push() {
    if (loop.take()) {
      try {
        var unused = loop.turn(0);
      } finally {
        release();
      }
    }
  }

  /** Closes the connections and ends the thread; waits unless called by who drives. */
  void close() {
    EventLoops.stop(loop);
  }

  private void driveAlone(CompletableFuture<?> future, long end) {
    boolean asked = false;
    while (mayDrive() && !over(future, end)) {
      if (loop.take()) {
        try {
          wakeWhenDone(future);
          drive(() -> over(future, end), end);
        } finally {
          release();
        }
      } else {
        if (!asked) {
          asked = true;
          ask(future);
        }
        LockSupport.parkNanos(this, end - System.nanoTime());
      }
    }
    if (asked) {
      asking = null;
    }
  }

  /**
   * What does not come from the network, a timer's failure for one, ends a wait for sockets too.
   */
  private void wakeWhenDone(CompletableFuture<?> future) {
    var unused =
        future.whenComplete(
            (answer, failure) -> {
              if (!loop.inEventLoop()) {
                loop.wake();
              }
            });
  }

  /** One that is alone for this moment only looks for its answer before it sleeps. */
  private void look(CompletableFuture<?> future) {
    long start = System.nanoTime();
    boolean looking = true;
    while (looking && !future.isDone() && waiting.get() == 1) {
      looking = spin.again(start);
    }
  }

  private boolean mayDrive() {
    return waiting.get() == 1 && !isCrowded();
  }

  private boolean over(CompletableFuture<?> future, long end) {
    return future.isDone()
        || loop.isShuttingDown()
        || Thread.currentThread().isInterrupted()
        || System.nanoTime() - end >= 0;
  }

  private boolean isCrowded() {
    return System.nanoTime() - crowdedNanos < CROWD_NANOS;
  }

  private void ask(CompletableFuture<?> future) {
    Thread asker = Thread.currentThread();
    // Its answer may come while the other still drives.
    var unused = future.whenComplete((answer, failure) -> LockSupport.unpark(asker));
    asking = asker;
    loop.wake();
  }

  /** Drives until it is over; looks for a moment after each activity before it waits. */
  private void drive(BooleanSupplier over, long end) {
    long activeNanos = System.nanoTime();
    long waitNanos = 0;
    while (!over.getAsBoolean()) {
      if (loop.turn(waitNanos) > 0) {
        activeNanos = System.nanoTime();
        waitNanos = 0;
      } else {
        waitNanos = spin.again(activeNanos) ? 0 : end - System.nanoTime();
      }
    }
  }

  private void release() {
    releasedNanos = System.nanoTime();
    loop.release();
    if (waiting.get() > 1) {
      call();
    } else if (resting) {
      LockSupport.unpark(background);
    }
  }

  private void call() {
    called = true;
    LockSupport.unpark(background);
  }

  // ---- the background thread ------------------------------------------------------------------

  private void drivesForAll() {
    long seenNanos = releasedNanos;
    boolean sameDrive = false;
    while (!loop.isTerminated()) {
      if (isDue() && loop.take()) {
        driveForAll();
      } else {
        rest(sameDrive);
      }
      // Seen before the rest and after it: one drive has lasted for all of it.
      sameDrive = releasedNanos == seenNanos;
      seenNanos = releasedNanos;
    }
  }

  private boolean isDue() {
    return called || System.nanoTime() - releasedNanos >= GRACE_NANOS;
  }

  private void driveForAll() {
    called = false;
    Thread asker = null;
    try {
      drive(() -> loop.isShuttingDown() || isAsked(), System.nanoTime() + Long.MAX_VALUE);
      if (loop.isShuttingDown()) {
        loop.end();
      }
      asker = asking;
    } finally {
      asking = null;
      release();
      LockSupport.unpark(asker);
    }
  }

  private boolean isAsked() {
    return asking != null && !isCrowded();
  }

  private void rest(boolean sameDrive) {
    resting = sameDrive;
    if (sameDrive && loop.isDriven()) {
      LockSupport.parkNanos(this, SharedLoop.WAIT_NANOS_MAX);
      resting = false;
    } else {
      resting = false;
      long freeNanos = loop.isDriven() ? 0 : System.nanoTime() - releasedNanos;
      LockSupport.parkNanos(this, Math.max(1, GRACE_NANOS - freeNanos));
    }
  }
}
