package io.leat.coordination.zk;

import io.leat.coordination.CoordinationException;
import org.apache.zookeeper.KeeperException;

/**
 * ZooKeeper refused because a node exists, does not exist, has another version or has children.
 * Callers in this package turn it into what it means for them.
 */
final class NodeStateException extends CoordinationException {

  private static final long serialVersionUID = 1L;

  private final KeeperException.Code code;

  NodeStateException(String message, KeeperException cause) {
    super(message, cause);
    this.code = cause.code();
  }

  boolean is(KeeperException.Code expected) {
    return code == expected;
  }
}
