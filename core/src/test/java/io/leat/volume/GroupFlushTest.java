package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class GroupFlushTest {

  private static final int WAITERS = 5;
  private static final int WAIT_SECONDS = 10;

  @Test
  void shouldFlushEachTimeWhenCallsFollowEachOther() throws IOException {
    AtomicInteger flushes = new AtomicInteger();
    GroupFlush group = new GroupFlush("x", flushes::incrementAndGet);
    group.run();
    group.run();
    assertEquals(2, flushes.get());
  }

  @Test
  void shouldStayFailedWhenAFlushFailed() {
    AtomicInteger flushes = new AtomicInteger();
    GroupFlush group =
        new GroupFlush(
            "device-7",
            () -> {
              flushes.incrementAndGet();
              throw new IOException("lost page");
            });
    IOException first = assertThrows(IOException.class, group::run);
    assertTrue(first.getMessage().contains("device-7"), first.getMessage());
    assertTrue(first.getMessage().contains("lost page"), first.getMessage());
    IOException second = assertThrows(IOException.class, group::run);
    assertTrue(second.getMessage().contains("earlier flush"), second.getMessage());
    assertEquals(1, flushes.get());
  }

  @Test
  void shouldShareTheNextFlushWhenSeveralWait() throws Exception {
    AtomicInteger flushes = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    GroupFlush group =
        new GroupFlush(
            "x",
            () -> {
              if (flushes.incrementAndGet() == 1) {
                begun.countDown();
                await(release);
              }
            });
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> results = new ArrayList<>();
      results.add(threads.submit(() -> run(group)));
      await(begun);
      List<Thread> waiters = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        Thread waiter = new Thread(() -> run(group));
        waiter.start();
        waiters.add(waiter);
      }
      for (Thread waiter : waiters) {
        awaitParked(waiter);
      }
      release.countDown();
      for (Thread waiter : waiters) {
        waiter.join(TimeUnit.SECONDS.toMillis(WAIT_SECONDS));
      }
      results.get(0).get(WAIT_SECONDS, TimeUnit.SECONDS);
      assertEquals(2, flushes.get());
    } finally {
      release.countDown();
      threads.shutdownNow();
    }
  }

  private static Void run(GroupFlush group) {
    try {
      group.run();
      return null;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(WAIT_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void awaitParked(Thread thread) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (thread.getState() != Thread.State.WAITING) {
      assertTrue(System.nanoTime() < end, "the thread does not wait: " + thread.getState());
      LockSupport.parkNanos(100_000);
    }
  }
}
