package io.leat.mds.image;

/** Reads a tree; what transaction and snapshot have in common. */
abstract class MemoryReader implements ImageReader {

  /**
   * The tree as it is now.
   *
   * @throws IllegalStateException when the reader is no longer usable
   */
  abstract Treap tree();

  @Override
  public final byte[] get(byte[] key) {
    Keys.requireKey(key);
    Treap node = Treap.find(tree(), key);
    return node == null ? null : node.value.clone();
  }

  @Override
  public final boolean contains(byte[] key) {
    Keys.requireKey(key);
    return Treap.find(tree(), key) != null;
  }

  @Override
  public final void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    Keys.requirePrefix(prefix);
    byte[] start = Keys.scanStart(prefix, from);
    Keys.requirePlace(start);
    Treap tree = tree();
    TreapCursor cursor = new TreapCursor(tree, start, true);
    Treap node = cursor.next();
    while (node != null && Keys.startsWith(node.key, prefix)) {
      if (!visitor.visit(node.key.clone(), node.value.clone())) {
        return;
      }
      if (tree() != tree) {
        tree = tree();
        cursor = new TreapCursor(tree, node.key, false);
      }
      node = cursor.next();
    }
  }

  @Override
  public final Entry floor(byte[] prefix, byte[] key) {
    Keys.requirePrefix(prefix);
    Keys.requirePlace(key);
    Treap node = Treap.floor(tree(), prefix, key);
    return node == null ? null : new Entry(node.key.clone(), node.value.clone());
  }
}
