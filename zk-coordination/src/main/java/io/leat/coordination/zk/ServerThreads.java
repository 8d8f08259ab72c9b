package io.leat.coordination.zk;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads of one server. A thread belongs to its creator's group unless told otherwise, so
 * whatever a server starts, directly or not, is found in the group that it was started in.
 */
final class ServerThreads {

  /** Most threads that are waited for at once; more are found in the next round. */
  private static final int MAX_SEEN = 256;

  /** A step of starting. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  private final ThreadGroup group;

  ServerThreads(String name) {
    this.group = new ThreadGroup(name);
  }

  /** Runs {@code step} in the group and passes on what it throws. */
  void run(Step step, long timeoutMillis) throws Exception {
    Callable<Boolean> call =
        () -> {
          step.run();
          return true;
        };
    FutureTask<Boolean> task = new FutureTask<>(call);
    Thread starter = new Thread(group, task, group.getName() + "-start");
    starter.setDaemon(true);
    starter.start();
    try {
      task.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    } catch (TimeoutException | InterruptedException e) {
      // Whatever was started so far must not go on, such as a server that waits for its own end.
      group.interrupt();
      throw e;
    }
  }

  /** Waits until no thread is left. */
  void awaitEnd(long timeoutMillis) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    for (Thread[] left = alive(); left.length > 0; left = alive()) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        throw new IOException(
            "ZooKeeper was stopped, but threads still run after "
                + timeoutMillis
                + " ms: "
                + Arrays.toString(left));
      }
      join(left[0], millis);
    }
  }

  private Thread[] alive() {
    Thread[] seen = new Thread[MAX_SEEN];
    return Arrays.copyOf(seen, group.enumerate(seen));
  }

  private static void join(Thread thread, long millis) throws IOException {
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(
          "ZooKeeper is stopping; not waited for, as the caller was interrupted", e);
    }
  }
}
