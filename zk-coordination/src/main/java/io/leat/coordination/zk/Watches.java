package io.leat.coordination.zk;

import io.leat.coordination.ChangeFeed;
import io.leat.coordination.ChangeListener;
import io.leat.coordination.Subscription;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;

/** The watches of one session; a bounded number. */
final class Watches {

  private final CuratorFramework curator;
  private final Executor executor;
  private final AtomicInteger open = new AtomicInteger();

  /** {@code executor} runs what the watches cause, one task at a time. */
  Watches(CuratorFramework curator, Executor executor) {
    this.curator = curator;
    this.executor = executor;
  }

  /** Reports what {@code source} reads whenever something at {@code path} may have changed. */
  <T> Subscription feed(
      String path,
      boolean withDescendants,
      ChangeFeed.Source<T> source,
      ChangeListener<? super T> listener) {
    ChangeFeed<T> feed = new ChangeFeed<>(source, listener, executor);
    Subscription watch = watch(path, withDescendants, feed::signal);
    return () -> {
      feed.close();
      watch.close();
    };
  }

  /** Runs {@code task} in the executor. */
  void execute(Runnable task) {
    executor.execute(task);
  }

  /** Calls {@code signal}, which must not block, whenever something may have changed. */
  Subscription watch(String path, boolean withDescendants, Runnable signal) {
    if (curator.getState() != CuratorFrameworkState.STARTED) {
      throw new IllegalStateException("this coordination session is closed");
    }
    if (open.incrementAndGet() > CuratorCoordination.MAX_REGISTRATIONS) {
      open.decrementAndGet();
      throw new IllegalStateException(
          "this coordination session has "
              + CuratorCoordination.MAX_REGISTRATIONS
              + " watches; close some");
    }
    NodeWatch watch = NodeWatch.start(curator, path, withDescendants, signal);
    AtomicBoolean closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        open.decrementAndGet();
        watch.close();
      }
    };
  }
}
