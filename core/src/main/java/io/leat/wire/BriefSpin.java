package io.leat.wire;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether a thread goes on looking for what it waits for, or sleeps. It looks for a while
 * at most, and yields its processor in between. When a yield takes so long that others compete for
 * the processors, nobody looks for {@link #PAUSE_NANOS}: a thread that yields stands behind the
 * competitors, while one that is woken goes before them. Thread-safe.
 */
final class BriefSpin {

  /** A yield that takes so long has gone to somebody who computes, not to a peer that answers. */
  static final long LOST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** How long threads then sleep at once. */
  static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final boolean SPARE_PROCESSOR = Runtime.getRuntime().availableProcessors() > 1;

  private final long spinNanos;
  private volatile long pausedUntilNanos = System.nanoTime();

  /**
   * @param spinNanos how long a thread looks before it sleeps
   */
  BriefSpin(long spinNanos) {
    this.spinNanos = spinNanos;
  }

  /**
   * Yields once, or says that it is time to sleep.
   *
   * @param sinceNanos when the wait or the last activity began, by {@link System#nanoTime}
   * @return false when the thread shall sleep
   */
  // Nothing relies on the scheduler: to yield only leaves the processor to whoever can use it.
  @SuppressWarnings("ThreadPriorityCheck")
  boolean again(long sinceNanos) {
    long now = System.nanoTime();
    if (!SPARE_PROCESSOR || now - pausedUntilNanos < 0 || now - sinceNanos >= spinNanos) {
      return false;
    }
    Thread.yield();
    long after = System.nanoTime();
    if (after - now >= LOST_NANOS) {
      pausedUntilNanos = after + PAUSE_NANOS;
    }
    return true;
  }
}
