package io.leat.client;

import io.leat.wire.BriefSpin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Waits for answers. A thread that waits alone looks for its answer for a moment before it sleeps:
 * to be woken takes as long as many an answer. Where several wait they sleep at once and leave the
 * processors to those who work. Thread-safe.
 */
final class BriefWait {
  private final BriefSpin spin = new BriefSpin();
  private final AtomicInteger waiting = new AtomicInteger();

  /** As {@link CompletableFuture#get(long, TimeUnit)}. */
  <T> T get(CompletableFuture<T> future, long timeoutMillis)
      throws InterruptedException, ExecutionException, TimeoutException {
    waiting.incrementAndGet();
    try {
      long start = System.nanoTime();
      boolean looking = true;
      while (looking && !future.isDone() && waiting.get() == 1) {
        looking = spin.again(start);
      }
      return future.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } finally {
      waiting.decrementAndGet();
    }
  }
}
