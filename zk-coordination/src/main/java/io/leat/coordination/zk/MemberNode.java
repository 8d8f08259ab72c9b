package io.leat.coordination.zk;

import io.leat.coordination.AlreadyExistsException;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemberInfo;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/**
 * The ephemeral node of one member. It may be there already: in this session, after a lost answer;
 * left by a session of our own that ZooKeeper has not yet given up; or of somebody else.
 *
 * <p>Not safe for use by many threads; {@link CuratorMember} guards it.
 */
final class MemberNode {

  /** How often a node that changes under our hands is looked at again. */
  private static final int MAX_ATTEMPTS = 8;

  private static final long NO_SESSION = 0;

  private final ZooKeeperCalls calls;
  private final CuratorFramework curator;
  private final String path;

  /** The session that made the node for us last. */
  private long ownSession = NO_SESSION;

  MemberNode(ZooKeeperCalls calls, String path) {
    this.calls = calls;
    this.curator = calls.curator();
    this.path = path;
  }

  String path() {
    return path;
  }

  /**
   * Makes the node hold {@code member} in the present session.
   *
   * @throws AlreadyExistsException when the node belongs to somebody else
   */
  void publish(MemberInfo member) throws CoordinationException {
    byte[] content = RecordCodec.encode(path, member);
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        if (tryPublish(content)) {
          return;
        }
      } catch (NodeStateException e) {
        // The node came or went between the look and the change: look again.
        if (attempt == MAX_ATTEMPTS - 1) {
          throw e;
        }
      }
    }
    throw new CoordinationException(
        "Cannot publish " + path + " in ZooKeeper: the node keeps changing. Check who writes it.");
  }

  /** Removes the node if it is ours. */
  void remove() throws CoordinationException {
    Optional<Node> node = calls.read(path);
    if (node.isPresent() && isOurs(node.get())) {
      calls.delete(node.get());
    }
  }

  private boolean tryPublish(byte[] content) throws CoordinationException {
    Optional<Node> found = calls.read(path);
    if (found.isEmpty()) {
      create(content);
      return true;
    }
    Node node = found.get();
    if (!isOurs(node)) {
      throw new AlreadyExistsException(
          "Cannot join as "
              + path
              + ": a live member has that name. Stop it, or configure another name here.");
    }
    if (node.stat().getEphemeralOwner() != currentSession()) {
      calls.delete(node);
      return false;
    }
    ownSession = node.stat().getEphemeralOwner();
    if (!node.holds(content)) {
      calls.call("update", path, () -> curator.setData().forPath(path, content));
    }
    return true;
  }

  private void create(byte[] content) throws CoordinationException {
    Stat stat = new Stat();
    calls.call(
        "create",
        path,
        () ->
            curator
                .create()
                .storingStatIn(stat)
                .withMode(CreateMode.EPHEMERAL)
                .forPath(path, content));
    ownSession = stat.getEphemeralOwner();
  }

  private boolean isOurs(Node node) throws CoordinationException {
    long owner = node.stat().getEphemeralOwner();
    return owner != NO_SESSION && (owner == ownSession || owner == currentSession());
  }

  private long currentSession() throws CoordinationException {
    return calls.call(
        "find the session for",
        path,
        () -> curator.getZookeeperClient().getZooKeeper().getSessionId());
  }
}
