package io.leat.coordination.zk;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs tasks in order. Tasks handed over after {@link #close()} are dropped. */
final class SerialExecutor implements Executor, AutoCloseable {

  /** Most tasks that wait; larger than what all registrations of a session leave here at a time. */
  static final int MAX_WAITING = 16_384;

  /** How long closing waits for the running task. */
  static final long CLOSE_MILLIS = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

  private final String name;
  private final ThreadPoolExecutor pool;
  private volatile Thread worker;

  SerialExecutor(String name) {
    this.name = name;
    this.pool =
        new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), this::newThread);
    pool.setRejectedExecutionHandler(this::rejected);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(() -> run(task));
  }

  /** Stops; waits for the running task unless it is the one that closes. */
  @Override
  public void close() {
    pool.shutdownNow();
    if (Thread.currentThread() == worker) {
      return;
    }
    try {
      if (!pool.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.warn("{}: a listener still runs {} ms after it was interrupted", name, CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (!pool.isShutdown()) {
        LOG.error("{}: a listener failed; later changes are still reported", name, e);
      }
    }
  }

  private Thread newThread(Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    worker = thread;
    return thread;
  }

  private void rejected(Runnable task, ThreadPoolExecutor from) {
    if (!from.isShutdown()) {
      LOG.error("{}: {} reports wait already, one is dropped", name, MAX_WAITING);
    }
  }
}
