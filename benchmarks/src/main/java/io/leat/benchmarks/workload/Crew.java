package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do the same thing together, each again and again, until the time is over. */
final class Crew {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private Crew() {}

  /** What a thread does. */
  interface Task {
    /**
     * Does it once.
     *
     * @param thread 0 and up
     * @param time how often this thread has done it before
     * @return false when nothing was left to do
     */
    boolean run(int thread, int time) throws IOException;
  }

  /**
   * What the threads have done.
   *
   * @param tasks how often, all together
   * @param nanos from their common start until the last one ended
   */
  record Work(long tasks, long nanos) {
    double perSecond() {
      return tasks * 1e9 / nanos;
    }
  }

  /** Runs until {@code millis} are over or nothing is left. */
  static Work run(int threads, int millis, Task task) throws IOException, InterruptedException {
    return run(threads, millis * NANOS_PER_MILLI, task);
  }

  /** Runs until nothing is left. */
  static Work runOut(int threads, Task task) throws IOException, InterruptedException {
    return run(threads, Long.MAX_VALUE, task);
  }

  private static Work run(int threads, long nanos, Task task)
      throws IOException, InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch ready = new CountDownLatch(threads);
      CountDownLatch go = new CountDownLatch(1);
      List<Future<Long>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        done.add(
            executor.submit(
                () -> {
                  ready.countDown();
                  go.await();
                  return repeat(thread, nanos, task);
                }));
      }
      ready.await();
      long start = System.nanoTime();
      go.countDown();
      long tasks = sum(done);
      return new Work(tasks, System.nanoTime() - start);
    } finally {
      executor.shutdownNow();
    }
  }

  private static long repeat(int thread, long nanos, Task task) throws IOException {
    long start = System.nanoTime();
    int times = 0;
    while (System.nanoTime() - start < nanos && task.run(thread, times)) {
      times++;
    }
    return times;
  }

  private static long sum(List<Future<Long>> done) throws IOException, InterruptedException {
    long sum = 0;
    for (Future<Long> each : done) {
      try {
        sum += each.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
      }
    }
    return sum;
  }
}
