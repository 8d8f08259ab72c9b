package io.leat.mds.server;

import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.server.Term.Execute;
import io.leat.mds.server.Term.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The work that waits for a virtual server's state machine, and whose turn it is to run it: the
 * loop's own thread, or, when nobody does, the event loop that has read the work. To hand a request
 * over to another thread, and its answer back, takes as long as everything else but the journal's
 * write, so {@link #attend} spares both.
 *
 * <p>An event loop that runs a batch serves its other connections only after it. So it does so only
 * while the journal is quick and has room, one batch at a time, and where there is no other virtual
 * server that would wait for it; what has gathered meanwhile is the loop's. Whoever holds the turn
 * looks at the queue again after giving it up, so nothing is left lying.
 *
 * <p>Any thread, but for {@link #serve}.
 */
final class TermLoop {

  /** Work that may wait; more is refused. */
  private static final int QUEUE_MAX = 16_384;

  /** Pieces of work in one batch at most. */
  private static final int BATCH_MAX = 512;

  /** How often time passes for the state machine. */
  private static final long TICK_MILLIS = 100;

  /** Event loops run batches themselves as long as the last batch took no longer than this. */
  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final TimeSource time;
  private final BooleanSupplier alone;
  private final BlockingQueue<Queued> queue = new ArrayBlockingQueue<>(QUEUE_MAX);

  /** Held by whoever runs a batch. */
  private final ReentrantLock turn = new ReentrantLock();

  // Guarded by the turn.
  private final List<Work> batch = new ArrayList<>(BATCH_MAX);
  private volatile Term term;

  /** The one that was served last; what is left of its batch is for it alone. */
  private Term last;

  private Throwable failure;

  /** Batches that the loop's thread has run. */
  private final AtomicLong turns = new AtomicLong();

  private volatile boolean more;
  private volatile long lastNanos = QUICK_NANOS;
  private volatile Thread server;
  private volatile boolean stopped;
  private volatile boolean resting;
  private volatile long deposed;

  /**
   * Work for the term of an epoch: requests that an event loop was about to add when that term
   * ended must not be carried out by another, perhaps hours later.
   */
  private record Queued(long epoch, Work work) {}

  /**
   * @param alone whether event loops may run batches: nobody else waits for them
   */
  TermLoop(TimeSource time, BooleanSupplier alone) {
    this.time = time;
    this.alone = alone;
  }

  /**
   * Adds work, which waits until somebody calls {@link #attend} or {@link #wake}.
   *
   * @param epoch of the term that it is for
   * @return false when there is no room
   */
  boolean offer(long epoch, Work work) {
    return queue.offer(new Queued(epoch, work));
  }

  /**
   * Adds work and lets the loop's thread run it.
   *
   * @param epoch of the term that it is for
   * @return false when there has been no room for the time of a tick
   */
  boolean offerAndWake(long epoch, Work work) throws InterruptedException {
    boolean taken = queue.offer(new Queued(epoch, work), TICK_MILLIS, TimeUnit.MILLISECONDS);
    wake();
    return taken;
  }

  /** Sees to it that what was added is run: here, or by the loop's thread. */
  void attend() {
    if (isQuick() && !turn.hasQueuedThreads() && turn.tryLock()) {
      try {
        runHere();
      } finally {
        turn.unlock();
      }
    }
    if (more || !queue.isEmpty()) {
      wake();
    }
  }

  private boolean isQuick() {
    Term serving = term;
    return alone.getAsBoolean()
        && lastNanos <= QUICK_NANOS
        && serving != null
        && serving.hasRoomAhead();
  }

  /** Whether snapshots may be behind what was answered; so too while no term serves. */
  boolean unsettled() {
    Term serving = term;
    return serving == null || serving.unsettled();
  }

  /** Grows as long as the loop's thread runs batches; any thread. */
  long turns() {
    return turns.get();
  }

  /** Lets the loop's thread look at the queue. */
  void wake() {
    LockSupport.unpark(server);
  }

  private void runHere() {
    if (term == null || failure != null) {
      return;
    }
    try {
      run(false);
    } catch (IOException | RuntimeException | Error e) {
      failure = e; // the term is over, and the loop's thread ends it
      more = true;
    }
  }

  /**
   * Runs batches of a term, with the ticks of time, until {@link #stop} or {@link #rest}. One
   * thread.
   *
   * @throws IOException when the term is over
   */
  void serve(Term serving) throws IOException {
    server = Thread.currentThread();
    begin(serving);
    try {
      long nextTick = 0;
      while (!stopped && !resting) {
        if (deposed == serving.epoch()) {
          throw new NewerEpochException(
              "another metadata server has claimed a newer epoch than " + serving.epoch());
        }
        long now = time.now().monotonicMillis();
        if (!more && queue.isEmpty() && now < nextTick) {
          LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(nextTick - now));
          now = time.now().monotonicMillis();
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new IOException("the thread of the loop was interrupted");
        }
        boolean tick = more || now >= nextTick;
        if (tick) {
          nextTick = now + TICK_MILLIS;
        }
        runBatch(tick);
        turns.incrementAndGet();
      }
      requireSound();
    } finally {
      end();
    }
  }

  private void begin(Term serving) {
    turn.lock();
    try {
      if (serving != last) {
        batch.clear();
      }
      term = serving;
      last = serving;
      failure = null;
      more = !batch.isEmpty();
    } finally {
      turn.unlock();
    }
  }

  private void end() {
    turn.lock();
    try {
      term = null;
      resting = false;
    } finally {
      turn.unlock();
    }
  }

  /** A batch that an event loop ran may have failed just before the stop. */
  private void requireSound() throws IOException {
    turn.lock();
    try {
      throwFailure();
    } finally {
      turn.unlock();
    }
  }

  private void runBatch(boolean tick) throws IOException {
    turn.lock();
    try {
      throwFailure();
      run(tick);
    } finally {
      turn.unlock();
    }
  }

  private void throwFailure() throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    } else if (failure instanceof RuntimeException runtime) {
      throw runtime;
    } else if (failure instanceof Error error) {
      throw error;
    }
  }

  private void run(boolean tick) throws IOException {
    takeWork();
    if (tick || !batch.isEmpty()) {
      long start = System.nanoTime();
      boolean left = term.run(batch, tick);
      more = left || (more && !tick); // what a tick has left is for the next tick
      lastNanos = System.nanoTime() - start;
    }
  }

  private void takeWork() {
    while (batch.size() < BATCH_MAX) {
      Queued next = queue.poll();
      if (next == null) {
        return;
      }
      if (next.epoch() == term.epoch()) {
        batch.add(next.work());
      } else if (next.work() instanceof Execute late) {
        late.inbound().peer().close("the virtual server has changed its term");
      }
    }
  }

  /** The term of this epoch is over, as somebody else has found out; any thread. */
  void depose(long epoch) {
    deposed = epoch;
    wake();
  }

  /** Forgets what waits: the term that it was for is over. */
  void clear() {
    queue.clear();
    turn.lock();
    try {
      batch.clear();
      last = null;
    } finally {
      turn.unlock();
    }
  }

  /** No further batches are run until the term is served again. */
  void rest() {
    resting = true;
    wake();
  }

  /** No further batches are run. */
  void stop() {
    stopped = true;
    wake();
  }
}
