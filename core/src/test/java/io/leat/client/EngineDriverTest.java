package io.leat.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.leat.client.engine.EngineConfig;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EngineDriverTest {

  /** Long enough for a thread that is woken to go on. */
  private static final long WOKEN_MILLIS = 100;

  private static final long BOUND_SECONDS = 30;

  /** Less than the ten seconds after which a wait for sockets ends by itself. */
  private static final long WAKE_SECONDS_MAX = 5;

  private static final EngineConfig CONFIG =
      new EngineConfig(
          "demo",
          List.of("127.0.0.1:1"),
          ByteString.copyFrom(new byte[16]),
          "host",
          "process",
          10_000,
          (int) TimeUnit.SECONDS.toMillis(BOUND_SECONDS),
          10,
          10);

  private final EngineDriver driver = new EngineDriver(CONFIG, "test", session -> {});
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws IOException {
    threads.shutdownNow();
    driver.close();
  }

  @Test
  void shouldWakeNobodyBeforeTheLockIsFree() throws Exception {
    CompletableFuture<String> promised = new CompletableFuture<>();
    Future<String> waiting = waitFor(promised);
    driver.confined(
        engine -> {
          promised.complete("answer");
          assertThrows(
              TimeoutException.class, () -> waiting.get(WOKEN_MILLIS, TimeUnit.MILLISECONDS));
          return engine;
        });
    assertEquals("answer", waiting.get(BOUND_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void shouldHandOverWhatCompletesWithoutTheLock() throws Exception {
    CompletableFuture<String> promised = new CompletableFuture<>();
    Future<String> waiting = waitFor(promised);
    promised.complete("answer");
    assertEquals("answer", waiting.get(WAKE_SECONDS_MAX, TimeUnit.SECONDS));
  }

  @Test
  void shouldHandOverFailures() throws Exception {
    CompletableFuture<String> promised = new CompletableFuture<>();
    Future<String> waiting =
        threads.submit(
            () -> assertThrows(IOException.class, () -> driver.await(promised)).getMessage());
    awaitDependent(promised);
    driver.confined(engine -> promised.completeExceptionally(new IOException("refused")));
    assertEquals("refused", waiting.get(BOUND_SECONDS, TimeUnit.SECONDS));
  }

  @Test
  void shouldNotWaitWithTheLock() {
    driver.confined(
        engine ->
            assertThrows(
                IllegalStateException.class, () -> driver.await(new CompletableFuture<>())));
  }

  private Future<String> waitFor(CompletableFuture<String> promised) throws Exception {
    Future<String> waiting = threads.submit(() -> driver.await(promised));
    awaitDependent(promised);
    return waiting;
  }

  /** Waits until somebody waits for it. */
  private static void awaitDependent(CompletableFuture<?> promised) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    CountDownLatch never = new CountDownLatch(1);
    while (promised.getNumberOfDependents() == 0 && System.nanoTime() < end) {
      var unused = never.await(1, TimeUnit.MILLISECONDS);
    }
  }
}
