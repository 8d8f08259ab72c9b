package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Takes back the space of what was deleted or replaced, in steps of bounded size, so that deleting
 * a tree of any size never holds up other requests. A step takes one thing out of {@link
 * Namespace#DELETED}: a directory hands its children over to it first, and a file that somebody has
 * open is passed by until it is closed. A round over what was deleted ends with the blocks that
 * other files have pinned for their readers.
 */
public final class Reclaimer {

  /** Entries, extents or pinned ranges handled in one step. */
  public static final int STEP_MAX = 256;

  /** Extents of a file that are freed with its name at most; more are freed in steps. */
  static final int AT_ONCE_MAX = 8;

  private String after = "";
  private long pinsAfter;
  private boolean again = true;

  /**
   * Looks at everything again: something was deleted, closed, or given up. The round under way is
   * finished first, so that files which stay open cannot keep others from their turn.
   */
  public void restart() {
    again = true;
  }

  /**
   * Takes something out of the tree and all that it has with it, if that is little: to move it to
   * {@link Namespace#DELETED} first costs more than to be done with it.
   *
   * @param node a file that nobody has open, or a directory without entries
   * @return false when it has too much, or is being written: nothing has changed then
   */
  public static boolean removeAtOnce(NamespaceWriter namespace, Node node, long nowMillis) {
    boolean emptied = emptyAtOnce(namespace, node);
    if (emptied) {
      namespace.remove(node, nowMillis);
    }
    return emptied;
  }

  private static boolean emptyAtOnce(NamespaceWriter namespace, Node node) {
    if (node.inode().getUnderConstruction() || namespace.hasPinned(node.id())) {
      return false;
    }
    boolean empty = node.inode().getSize() == 0;
    List<Extent> extents = empty ? List.of() : namespace.extents(node.id(), 0, AT_ONCE_MAX + 1);
    if (extents.size() > AT_ONCE_MAX) {
      return false;
    }
    extents.forEach(extent -> namespace.dropExtent(node.id(), extent));
    free(namespace, extents);
    removeXAttrs(namespace, node);
    return true;
  }

  /**
   * Does one step.
   *
   * @param open whether anybody has the file open
   * @return false when nothing is left to do until {@link #restart}
   */
  public boolean step(NamespaceWriter namespace, LongPredicate open) {
    List<Node> next = namespace.list(Namespace.DELETED, after, 1);
    if (next.isEmpty()) {
      return unpin(namespace, open) || nextRound();
    }
    Node node = next.get(0);
    boolean done =
        node.isDirectory() ? handOver(namespace, node, open) : reclaimFile(namespace, node, open);
    if (done) {
      after = node.name();
    }
    return true;
  }

  /** Frees the pins of one file that nobody has open; false when there is no further file. */
  private boolean unpin(NamespaceWriter namespace, LongPredicate open) {
    OptionalLong file = namespace.nextPinning(pinsAfter);
    if (file.isEmpty()) {
      return false;
    }
    Node node = namespace.byId(file.getAsLong()).orElseThrow();
    if (open.test(node.id()) || namespace.unpin(node, STEP_MAX) < STEP_MAX) {
      pinsAfter = node.id();
    }
    return true;
  }

  private boolean nextRound() {
    after = "";
    pinsAfter = 0;
    boolean more = again;
    again = false;
    return more;
  }

  /**
   * Removes the children that have little, and moves the others out to the directory of deleted
   * things; true when the directory is gone.
   */
  private boolean handOver(NamespaceWriter namespace, Node directory, LongPredicate open) {
    List<Node> children = namespace.list(directory.id(), "", STEP_MAX);
    for (Node child : children) {
      if (!child.isDirectory() && !open.test(child.id()) && emptyAtOnce(namespace, child)) {
        namespace.forget(child);
      } else {
        moveOut(namespace, child, directory.inode().getModifiedMillis());
      }
    }
    if (!children.isEmpty()) {
      return false;
    }
    removeXAttrs(namespace, directory);
    namespace.forget(namespace.byId(directory.id()).orElseThrow());
    return true;
  }

  private void moveOut(NamespaceWriter namespace, Node child, long nowMillis) {
    namespace.move(child, Namespace.DELETED, Long.toHexString(child.id()), nowMillis);
    again = true;
  }

  private static boolean reclaimFile(NamespaceWriter namespace, Node file, LongPredicate open) {
    return open.test(file.id()) || free(namespace, file);
  }

  /** Frees one bounded part of a closed file's space; true when the file is gone. */
  private static boolean free(NamespaceWriter namespace, Node file) {
    List<LeaseRecord> leases = namespace.leases(file.id(), 1);
    if (!leases.isEmpty()) {
      namespace.hold(file, leases.get(0));
      return false;
    }
    List<Extent> dropped = namespace.dropExtents(file.id(), STEP_MAX);
    free(namespace, dropped);
    int unpinned = namespace.unpin(file, STEP_MAX);
    if (dropped.size() == STEP_MAX || unpinned == STEP_MAX) {
      return false;
    }
    removeXAttrs(namespace, file);
    namespace.forget(file);
    return true;
  }

  private static void free(NamespaceWriter namespace, List<Extent> extents) {
    for (Extent extent : extents) {
      if (extent.isOnVolume()) {
        namespace.free(new BlockRange(extent.volume(), extent.block(), extent.blocks()));
      }
    }
  }

  private static void removeXAttrs(NamespaceWriter namespace, Node node) {
    for (String name : namespace.xattrs(node.id()).keySet()) {
      namespace.removeXAttr(node.id(), name);
    }
  }
}
