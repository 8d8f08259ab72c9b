package io.leat.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Waits for answers. A thread that waits alone looks for its answer for a moment before it sleeps:
 * to be woken takes as long as many an answer. Where several wait, or there is one processor, they
 * sleep at once and leave the processors to those who work. Thread-safe.
 */
final class BriefWait {

  /** How long a thread looks before it sleeps. */
  static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private static final boolean SPINS = Runtime.getRuntime().availableProcessors() > 1;

  private final AtomicInteger waiting = new AtomicInteger();

  /** As {@link CompletableFuture#get(long, TimeUnit)}. */
  <T> T get(CompletableFuture<T> future, long timeoutMillis)
      throws InterruptedException, ExecutionException, TimeoutException {
    waiting.incrementAndGet();
    try {
      if (SPINS) {
        spin(future);
      }
      return future.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } finally {
      waiting.decrementAndGet();
    }
  }

  // Nothing relies on the scheduler: to yield only leaves the processor to whoever can use it.
  @SuppressWarnings("ThreadPriorityCheck")
  private void spin(CompletableFuture<?> future) {
    long start = System.nanoTime();
    while (!future.isDone() && waiting.get() == 1 && System.nanoTime() - start < SPIN_NANOS) {
      Thread.yield();
    }
  }
}
