package io.leat.wire;

import static io.leat.wire.Callers.HELD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who drives a client's loop; over real sockets. */
@Timeout(60)
class LoopDriverTest {
  private static final String BACKGROUND = "leat-wire-client";

  private Callers callers;

  @BeforeEach
  void connect() throws Exception {
    callers = new Callers();
  }

  @AfterEach
  void close() {
    callers.close();
  }

  @Test
  void shouldReadItsOwnReplyWhenAloneForAWhile() throws Exception {
    callers.callUntilDriving();
    assertEquals(BACKGROUND, backgroundHears(1).getName());
    // And again, after the other has taken over.
    callers.callUntilDriving();
  }

  @Test
  void shouldHearServerWhenNobodyCalls() throws Exception {
    callers.callUntilDriving();
    for (int i = 1; i <= 50; i++) {
      callers.call();
      assertEquals(BACKGROUND, backgroundHears(i).getName());
    }
  }

  /** To wake it for each call would cost every caller more than its own system calls do. */
  @Test
  void shouldLeaveBackgroundThreadAsleepWhileOneCalls() throws Exception {
    callers.callUntilDriving();
    Thread background = backgroundHears(1);
    callers.callUntilDriving();
    long start = System.nanoTime();
    long before = waits(background);
    calls(20_000);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    long waits = waits(background) - before;
    // It looks once for each GRACE_NANOS, and a call that takes longer may end one of its rests.
    assertTrue(waits <= 10 + 3 * millis, waits + " waits in " + millis + " ms");
  }

  @Test
  void shouldSendWhenNobodyWaits() throws Exception {
    callers.callUntilDriving();
    for (int i = 0; i < 50; i++) {
      callers.call();
      callers.channel.send(Wire.request(HELD + i));
      assertEquals(HELD + i, callers.awaitHeld());
    }
  }

  @Test
  void shouldAnswerOthersWhenOneDrivesAndWaits() throws Exception {
    FutureTask<Thread> first = start(this::drivesAndWaits);
    assertEquals(HELD, callers.awaitHeld());
    callers.call();
    assertFalse(first.isDone());
    callers.answer(HELD);
    get(first);
  }

  @Test
  void shouldHandOverWhenDriverHasItsReplyAndOthersWait() throws Exception {
    FutureTask<Thread> first = start(this::drivesAndWaits);
    assertEquals(HELD, callers.awaitHeld());
    FutureTask<Thread> second = start(() -> callers.call(HELD + 1, Wire.WAIT_MILLIS));
    assertEquals(HELD + 1, callers.awaitHeld());
    callers.answer(HELD);
    get(first);
    callers.answer(HELD + 1);
    assertNotSame(get(first), get(second));
  }

  @Test
  void shouldAnswerAllWhenManyCallAtOnce() throws Exception {
    List<FutureTask<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(start(() -> calls(500)));
    }
    for (FutureTask<Integer> one : all) {
      assertEquals(500, get(one));
    }
  }

  @Test
  void shouldAnswerBothWhenOneCallsAllTheTimeAndOneNowAndThen() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    FutureTask<Integer> steady = start(() -> callsUntil(enough));
    for (int i = 0; i < 30; i++) {
      callers.call();
      callers.channel.send(Wire.request(HELD + i));
      assertEquals(HELD + i, callers.awaitHeld());
    }
    enough.set(true);
    assertTrue(get(steady) > 0);
  }

  @Test
  void shouldTimeOutWhenServerDoesNotAnswer() throws Exception {
    callers.callUntilDriving();
    assertThrows(TimeoutException.class, () -> callers.call(HELD, 20));
    callers.call();
    assertTrue(callers.channel.isOpen());
  }

  @Test
  void shouldFailInterruptedWaitAloneWhenItDrives() throws Exception {
    FutureTask<Thread> waiting = new FutureTask<>(this::drivesAndWaits);
    Thread thread = startThread(waiting);
    assertEquals(HELD, callers.awaitHeld());
    FutureTask<Thread> other = start(() -> callers.call(HELD + 1, Wire.WAIT_MILLIS));
    assertEquals(HELD + 1, callers.awaitHeld());
    thread.interrupt();
    assertInstanceOf(InterruptedException.class, failure(waiting));
    callers.answer(HELD + 1);
    get(other);
    assertTrue(callers.channel.isOpen());
  }

  @Test
  void shouldSendAndFailWaitWhenInterruptedBefore() throws Exception {
    callers.callUntilDriving();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> callers.call(HELD, Wire.WAIT_MILLIS));
    assertEquals(HELD, callers.awaitHeld());
    callers.call();
    assertTrue(callers.channel.isOpen());
  }

  @Test
  void shouldLoseNoInterruptAndNoConnectionWhereverItArrives() throws Exception {
    for (int i = 0; i < 300; i++) {
      FutureTask<Integer> calling = new FutureTask<>(this::callsUntilInterrupted);
      Thread thread = startThread(calling);
      // Another point of its call each time.
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(10L * (i % 50)));
      thread.interrupt();
      get(calling);
    }
    assertTrue(callers.channel.isOpen());
  }

  @Test
  void shouldAnswerOthersWhenOneIsInterruptedAllTheTime() throws Exception {
    AtomicBoolean enough = new AtomicBoolean();
    FutureTask<Integer> hit = new FutureTask<>(() -> interruptedCallsUntil(enough));
    Thread victim = startThread(hit);
    FutureTask<Integer> hitting =
        start(
            () -> {
              while (!enough.get()) {
                victim.interrupt();
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
              }
              return 0;
            });
    assertEquals(2_000, calls(2_000));
    enough.set(true);
    get(hitting);
    assertTrue(get(hit) > 0);
    assertTrue(callers.channel.isOpen());
  }

  @Test
  void shouldEndWhenClosedWhileOneDrives() throws Exception {
    FutureTask<Thread> waiting = start(this::drivesAndWaits);
    assertEquals(HELD, callers.awaitHeld());
    callers.client.close();
    assertTrue(callers.closed.isDone());
    assertInstanceOf(ExecutionException.class, failure(waiting));
  }

  @Test
  void shouldRefuseToWaitWhenListenerDoes() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    var unused =
        callers
            .expect(HELD)
            .thenRun(
                () ->
                    thrown.complete(
                        assertThrows(
                            IllegalStateException.class,
                            () -> callers.client.await(new CompletableFuture<>(), 1))));
    callers.answer(HELD);
    assertTrue(
        thrown.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS).getMessage().contains("cannot wait"));
  }

  /** The server says something that nobody waits for. */
  private Thread backgroundHears(int number) throws Exception {
    CompletableFuture<Thread> heard = callers.expect(2 * HELD + number);
    callers.answer(2 * HELD + number);
    return heard.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Thread drivesAndWaits() throws Exception {
    callers.callUntilDriving();
    return callers.call(HELD, Wire.WAIT_MILLIS);
  }

  private int calls(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      callers.call();
    }
    return count;
  }

  private int callsUntil(AtomicBoolean enough) throws Exception {
    int count = 0;
    while (!enough.get()) {
      count += calls(1);
    }
    return count;
  }

  private int callsUntilInterrupted() throws Exception {
    int count = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        count += calls(1);
      }
    } catch (InterruptedException e) {
      return count;
    }
    return count;
  }

  private int interruptedCallsUntil(AtomicBoolean enough) throws Exception {
    int interrupted = 0;
    while (!enough.get()) {
      try {
        callers.call();
      } catch (InterruptedException e) {
        interrupted++;
      }
    }
    return interrupted;
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    startThread(task);
    return task;
  }

  private static Thread startThread(Runnable work) {
    Thread thread = new Thread(work, "caller");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static <T> T get(FutureTask<T> task) throws Exception {
    return task.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, () -> get(task)).getCause();
  }

  private static long waits(Thread thread) {
    return ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId()).getWaitedCount();
  }
}
