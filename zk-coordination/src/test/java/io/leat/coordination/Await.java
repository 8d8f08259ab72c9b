package io.leat.coordination;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other threads bring about. */
public final class Await {

  /** Longest wait; reached only by a failure. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long PAUSE_NANOS = 5_000_000;

  /** What is waited for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it has come about. */
    boolean holds() throws Exception;
  }

  private Await() {}

  /** Returns as soon as {@code condition} holds; fails, saying {@code what}, when it never does. */
  public static void until(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
