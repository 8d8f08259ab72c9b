package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadHelpersTest {

  private static final long NEVER_LATE = Long.MAX_VALUE;
  private static final Duration BOUND = Duration.ofSeconds(30);

  @Test
  void shouldRefuseWithoutThreads() {
    assertFalse(new ReadHelpers(0, NEVER_LATE).ask(() -> {}));
  }

  @Test
  void shouldRefuseWhileAllAreBusy() {
    ReadHelpers helpers = new ReadHelpers(1, NEVER_LATE);
    CountDownLatch end = new CountDownLatch(1);
    try {
      assertTrue(helpers.ask(() -> awaitQuietly(end)));
      assertFalse(helpers.ask(() -> {}));
    } finally {
      end.countDown();
    }
    untilTaken(helpers, () -> {});
  }

  @Test
  void shouldPauseAfterEachThatBeganLate() {
    ReadHelpers helpers = new ReadHelpers(2, 0); // everybody is late
    long start = System.nanoTime();

    for (int i = 0; i < 4; i++) {
      CountDownLatch begun = new CountDownLatch(1);
      untilTaken(helpers, begun::countDown);
      awaitQuietly(begun);
    }

    // The last of four began after three pauses.
    assertTrue(System.nanoTime() - start >= 3 * ReadHelpers.PAUSE_NANOS);
  }

  private static void untilTaken(ReadHelpers helpers, Runnable task) {
    assertTimeoutPreemptively(
        BOUND,
        () -> {
          while (!helpers.ask(task)) {
            Thread.onSpinWait();
          }
        });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertTrue(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
