package io.leat.coordination.zk;

import io.leat.coordination.Subscription;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;

/**
 * Signals that something at (or below) a path may have changed: on every event there, and whenever
 * the watch was set, first and after each interruption. What is read after the signal is therefore
 * never older than what the watch covers.
 */
final class NodeWatch implements Subscription {

  private final PersistentWatcher watcher;

  private NodeWatch(PersistentWatcher watcher) {
    this.watcher = watcher;
  }

  /** Starts watching; {@code signal} is called by threads of ZooKeeper and must not block. */
  static NodeWatch start(
      CuratorFramework curator, String path, boolean withDescendants, Runnable signal) {
    PersistentWatcher watcher = new PersistentWatcher(curator, path, withDescendants);
    watcher.getListenable().addListener(event -> signal.run());
    watcher.getResetListenable().addListener(signal);
    watcher.start();
    return new NodeWatch(watcher);
  }

  @Override
  public void close() {
    watcher.close();
  }
}
