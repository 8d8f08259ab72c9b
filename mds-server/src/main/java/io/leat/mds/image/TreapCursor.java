package io.leat.mds.image;

import java.util.ArrayDeque;
import java.util.Deque;

/** Walks a tree upwards from a place. The stack holds the nodes whose left side is done. */
final class TreapCursor {

  private final Deque<Treap> stack = new ArrayDeque<>();

  /**
   * @param inclusive whether a key equal to {@code place} is visited
   */
  TreapCursor(Treap tree, byte[] place, boolean inclusive) {
    Treap node = tree;
    while (node != null) {
      int order = Keys.compare(node.key, place);
      if (order > 0 || (order == 0 && inclusive)) {
        stack.push(node);
        node = node.left;
      } else {
        node = node.right;
      }
    }
  }

  /** The next node, or null at the end. */
  Treap next() {
    Treap node = stack.poll();
    if (node != null) {
      for (Treap below = node.right; below != null; below = below.left) {
        stack.push(below);
      }
    }
    return node;
  }
}
