package io.leat.coordination.zk;

import io.leat.coordination.CoordinationException;
import io.leat.coordination.CoordinationUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Calls to ZooKeeper with the exceptions of the contracts. Each call is retried by Curator's policy
 * when the connection is lost, so a change may have been made although it is reported as refused.
 */
final class ZooKeeperCalls {

  /** How often a change whose outcome is not known is looked for and made again. */
  static final int MAX_WRITE_ATTEMPTS = 3;

  /**
   * One request.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  interface Call<T> {
    T run() throws Exception;
  }

  private final CuratorFramework curator;
  private final int syncTimeoutMillis;
  private final AtomicLong writes = new AtomicLong();

  ZooKeeperCalls(CuratorFramework curator, int syncTimeoutMillis) {
    this.curator = curator;
    this.syncTimeoutMillis = syncTimeoutMillis;
  }

  CuratorFramework curator() {
    return curator;
  }

  /** Runs one request; {@code action} and {@code path} are for the message of an error. */
  <T> T call(String action, String path, Call<T> request) throws CoordinationException {
    if (curator.getState() != CuratorFrameworkState.STARTED) {
      throw new IllegalStateException("this coordination session is closed");
    }
    try {
      return request.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(action, path, "the calling thread was interrupted", e);
    } catch (TimeoutException e) {
      throw unavailable(action, path, "no answer within " + syncTimeoutMillis + " ms", e);
    } catch (KeeperException e) {
      throw translate(action, path, e);
    } catch (CoordinationException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new CoordinationException(message(action, path, e.toString()) + ".", e);
    }
  }

  /** Deletes a node as it was read; one that is gone already is gone. */
  void delete(Node node) throws CoordinationException {
    try {
      Void unused =
          call(
              "delete",
              node.path(),
              () -> curator.delete().withVersion(node.stat().getVersion()).forPath(node.path()));
    } catch (NodeStateException e) {
      if (!e.is(KeeperException.Code.NONODE)) {
        throw e;
      }
    }
  }

  /** The node, as far as the server that answers knows. */
  Optional<Node> read(String path) throws CoordinationException {
    return call(
        "read",
        path,
        () -> {
          Stat stat = new Stat();
          try {
            return Optional.of(
                new Node(path, curator.getData().storingStatIn(stat).forPath(path), stat));
          } catch (KeeperException.NoNodeException e) {
            return Optional.empty();
          }
        });
  }

  /** The node, not older than the moment of the call. */
  Optional<Node> readLatest(String path) throws CoordinationException {
    CompletableFuture<Integer> synced = new CompletableFuture<>();
    int result =
        call(
            "synchronize",
            path,
            () -> {
              curator
                  .sync()
                  .inBackground((client, event) -> synced.complete(event.getResultCode()))
                  .forPath(path);
              return synced.get(syncTimeoutMillis, TimeUnit.MILLISECONDS);
            });
    KeeperException.Code code = KeeperException.Code.get(result);
    if (code != KeeperException.Code.OK) {
      throw translate("synchronize", path, KeeperException.create(code, path));
    }
    return read(path);
  }

  /** Names of the nodes below {@code path}, sorted. */
  List<String> children(String path) throws CoordinationException {
    return call("list", path, () -> curator.getChildren().forPath(path).stream().sorted().toList());
  }

  /** A name for one write that no other write of this cell has. */
  String nextWriteId(String path) throws CoordinationException {
    long session =
        call(
            "find the session for",
            path,
            () -> curator.getZookeeperClient().getZooKeeper().getSessionId());
    return Long.toHexString(session) + "-" + writes.incrementAndGet();
  }

  /**
   * Makes a change of one node that is marked with {@code writeId}, and makes sure what came of it.
   *
   * @return the node as this change left it
   * @throws NodeStateException when the change was refused and not made by an earlier attempt
   */
  Node write(String action, String path, String writeId, Call<Node> change)
      throws CoordinationException {
    CoordinationUnavailableException last = null;
    for (int attempt = 0; attempt < MAX_WRITE_ATTEMPTS; attempt++) {
      try {
        return writeOnce(action, path, writeId, change);
      } catch (CoordinationUnavailableException e) {
        last = e;
      }
    }
    throw unavailable(action, path, "it is not known whether the change was made", last);
  }

  private Node writeOnce(String action, String path, String writeId, Call<Node> change)
      throws CoordinationException {
    try {
      return call(action, path, change);
    } catch (NodeStateException | CoordinationUnavailableException e) {
      Optional<Node> found = readLatest(path);
      if (found.isPresent() && RecordCodec.decodeWriteId(found.get()).equals(writeId)) {
        return found.get();
      }
      throw e;
    }
  }

  private static CoordinationException translate(String action, String path, KeeperException e) {
    return switch (e.code()) {
      case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONEXPIRED, SESSIONMOVED ->
          unavailable(action, path, e.code().name(), e);
      case NONODE, NODEEXISTS, BADVERSION, NOTEMPTY ->
          new NodeStateException(message(action, path, e.code().name()) + ".", e);
      case NOAUTH, AUTHFAILED ->
          new CoordinationException(
              message(action, path, e.code().name()) + ". Check the access rights of the node.", e);
      default ->
          new CoordinationException(
              message(action, path, e.code().name()) + ". Check ZooKeeper's log.", e);
    };
  }

  private static CoordinationUnavailableException unavailable(
      String action, String path, String why, Exception cause) {
    return new CoordinationUnavailableException(
        message(action, path, why) + ". Check that ZooKeeper runs and can be reached.", cause);
  }

  private static String message(String action, String path, String why) {
    return "Cannot " + action + " " + path + " in ZooKeeper: " + why;
  }
}
