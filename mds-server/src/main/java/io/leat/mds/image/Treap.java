package io.leat.mds.image;

/**
 * A node of an immutable ordered tree, and with it the tree below; null is the empty tree. A change
 * copies the path from the root and shares the rest, so that a root is a snapshot for free and a
 * change costs O(log n) (Seidel and Aragon, "Randomized search trees", 1996).
 *
 * <p>Priorities are a hash of the key instead of random numbers: runs repeat, and the depth stays
 * logarithmic for keys that nobody chose to collide. The arrays in nodes never change.
 */
final class Treap {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long MIX = 0xff51afd7ed558ccdL;

  final byte[] key;
  final byte[] value;
  final Treap left;
  final Treap right;
  private final long priority;

  private Treap(byte[] key, byte[] value, long priority, Treap left, Treap right) {
    this.key = key;
    this.value = value;
    this.priority = priority;
    this.left = left;
    this.right = right;
  }

  private Treap with(Treap newLeft, Treap newRight) {
    return new Treap(key, value, priority, newLeft, newRight);
  }

  /** The node of {@code key}, or null. */
  static Treap find(Treap tree, byte[] key) {
    Treap node = tree;
    while (node != null) {
      int order = Keys.compare(key, node.key);
      if (order == 0) {
        return node;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  /** The node with the largest key that is at most, or unless {@code inclusive} below, the key. */
  private static Treap floor(Treap tree, byte[] key, boolean inclusive) {
    Treap best = null;
    Treap node = tree;
    while (node != null) {
      int order = Keys.compare(node.key, key);
      if (order < 0 || (order == 0 && inclusive)) {
        best = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return best;
  }

  /** Of the nodes whose key has the prefix, the one with the largest key up to {@code key}. */
  static Treap floor(Treap tree, byte[] prefix, byte[] key) {
    Treap node = Keys.isAbove(key, prefix) ? lastUnder(tree, prefix) : floor(tree, key, true);
    return node != null && Keys.startsWith(node.key, prefix) ? node : null;
  }

  /** The node before everything above the prefix. */
  private static Treap lastUnder(Treap tree, byte[] prefix) {
    byte[] successor = Keys.successor(prefix);
    return successor == null ? last(tree) : floor(tree, successor, false);
  }

  /** The node with the largest key, or null. */
  private static Treap last(Treap tree) {
    Treap node = tree;
    while (node != null && node.right != null) {
      node = node.right;
    }
    return node;
  }

  /** The tree with {@code key} set to {@code value}; both arrays are kept. */
  static Treap put(Treap tree, byte[] key, byte[] value) {
    if (tree == null) {
      return new Treap(key, value, priority(key), null, null);
    }
    int order = Keys.compare(key, tree.key);
    if (order == 0) {
      return new Treap(tree.key, value, tree.priority, tree.left, tree.right);
    }
    return order < 0
        ? tree.withLeft(put(tree.left, key, value))
        : tree.withRight(put(tree.right, key, value));
  }

  private Treap withLeft(Treap child) {
    return child.priority > priority
        ? child.with(child.left, with(child.right, right))
        : with(child, right);
  }

  private Treap withRight(Treap child) {
    return child.priority > priority
        ? child.with(with(left, child.left), child.right)
        : with(left, child);
  }

  /** The tree without {@code key}, which must be present. */
  static Treap delete(Treap tree, byte[] key) {
    int order = Keys.compare(key, tree.key);
    if (order == 0) {
      return merge(tree.left, tree.right);
    }
    return order < 0
        ? tree.with(delete(tree.left, key), tree.right)
        : tree.with(tree.left, delete(tree.right, key));
  }

  private static Treap merge(Treap lower, Treap upper) {
    if (lower == null) {
      return upper;
    }
    if (upper == null) {
      return lower;
    }
    return lower.priority > upper.priority
        ? lower.with(lower.left, merge(lower.right, upper))
        : upper.with(merge(lower, upper.left), upper.right);
  }

  private static long priority(byte[] key) {
    long hash = FNV_OFFSET;
    for (byte b : key) {
      hash = (hash ^ b) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * MIX;
    return hash ^ (hash >>> 29);
  }
}
