package io.leat.coordination.zk;

import java.util.Arrays;
import org.apache.zookeeper.data.Stat;

/**
 * A node of ZooKeeper as it was read or written. Its modification zxid names this content among all
 * that ever stood at the path, also over deletions, which the data version does not.
 */
final class Node {

  private final String path;
  private final byte[] content;
  private final Stat stat;

  Node(String path, byte[] content, Stat stat) {
    this.path = path;
    this.content = content;
    this.stat = stat;
  }

  String path() {
    return path;
  }

  byte[] content() {
    return content;
  }

  Stat stat() {
    return stat;
  }

  boolean holds(byte[] expected) {
    return Arrays.equals(content, expected);
  }
}
