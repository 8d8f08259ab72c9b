package io.leat.wire;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether a thread goes on looking for what it waits for, or sleeps. It looks for a while
 * at most, and yields its processor in between. When a yield takes so long that others compete for
 * the processors, nobody looks for a while: a thread that yields stands behind the competitors,
 * while one that is woken goes before them. Where that repeats the while grows. Thread-safe.
 */
final class BriefSpin {

  /** A yield that takes so long has gone to somebody who computes, not to a peer that answers. */
  static final long LOST_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /**
   * How long threads then sleep at once. Compilers and collectors of garbage compete for moments,
   * which are to cost no more; each time that the next yield is lost soon after is twice as long.
   */
  static final long PAUSE_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(2);

  /** Bound on that: where work never ends, one yield in so long is lost. */
  static final long PAUSE_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(100);

  private static final boolean SPARE_PROCESSOR = Runtime.getRuntime().availableProcessors() > 1;

  private final long spinNanos;
  private volatile Pause pause = new Pause(0, System.nanoTime());

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
    if (!SPARE_PROCESSOR || isPaused(now) || now - sinceNanos >= spinNanos) {
      return false;
    }
    Thread.yield();
    yielded(now, System.nanoTime());
    return true;
  }

  boolean isPaused(long nowNanos) {
    return nowNanos - pause.untilNanos < 0;
  }

  /** A yield took from the one to the other moment. */
  void yielded(long fromNanos, long toNanos) {
    Pause last = pause;
    // Of several threads that lose a yield at once the first says so.
    if (toNanos - fromNanos >= LOST_NANOS && fromNanos - last.untilNanos >= 0) {
      long nanos =
          fromNanos - last.untilNanos < last.nanos
              ? Math.min(2 * last.nanos, PAUSE_NANOS_MAX)
              : PAUSE_NANOS_MIN;
      pause = new Pause(nanos, toNanos + nanos);
    }
  }

  private record Pause(long nanos, long untilNanos) {}
}
