package io.leat.hadoop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that read beside a caller who has much to read at once: fewer than processors, at most
 * {@link #THREADS_MAX}, all of them daemons that end when they have had nothing to do for {@link
 * #IDLE_SECONDS}. Nothing is queued: a helper that is not free does not come.
 *
 * <p>A helper that begins late has waited for a processor, so nobody is asked for {@link
 * #PAUSE_NANOS} after that. Thread-safe.
 */
final class ReadHelpers {
  private static final Logger LOG = LoggerFactory.getLogger(ReadHelpers.class);

  /** Most threads in a process. */
  static final int THREADS_MAX = 8;

  /** How long a thread without work lives. */
  static final long IDLE_SECONDS = 10;

  /** A helper that begins so much later than it was asked is late. */
  static final long LATE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** How long a pause is; a collection of garbage, which makes helpers late too, costs no more. */
  static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Those of this process. */
  static final ReadHelpers SHARED =
      new ReadHelpers(
          Math.min(Runtime.getRuntime().availableProcessors() - 1, THREADS_MAX), LATE_NANOS);

  private final ThreadPoolExecutor threads;
  private final long lateNanos;

  private volatile long pausedUntilNanos = System.nanoTime();

  /**
   * @param most threads; with none nobody ever helps
   * @param lateNanos a helper that begins so much later than it was asked is late
   */
  ReadHelpers(int most, long lateNanos) {
    this.lateNanos = lateNanos;
    threads =
        most < 1
            ? null
            : new ThreadPoolExecutor(
                0,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                ReadHelpers::thread);
  }

  private static Thread thread(Runnable task) {
    // Thread-locals and classes of the caller who happens to need it first do not stay with it.
    Thread thread = new Thread(null, task, "leat-read-helper", 0, false);
    thread.setContextClassLoader(null);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Asks a thread to run {@code task} at once; it may begin at any time later.
   *
   * @param task blocks on nothing but I/O
   * @return false when it will not run
   */
  boolean ask(Runnable task) {
    long asked = System.nanoTime();
    if (threads == null || asked - pausedUntilNanos < 0) {
      return false;
    }
    try {
      threads.execute(
          () -> {
            begun(asked);
            task.run();
          });
      return true;
    } catch (RejectedExecutionException e) {
      return false; // all of them are busy
    } catch (OutOfMemoryError e) {
      LOG.debug("No thread to be had for reading beside the caller", e);
      pausedUntilNanos = asked + PAUSE_NANOS;
      return false; // the caller does without
    }
  }

  private void begun(long asked) {
    long now = System.nanoTime();
    if (now - asked >= lateNanos) {
      pausedUntilNanos = now + PAUSE_NANOS;
    }
  }
}
