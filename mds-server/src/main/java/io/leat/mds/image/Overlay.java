package io.leat.mds.image;

/**
 * Committed entries that the image below does not have yet, and marks of those that it still has
 * although they are deleted. Immutable: each change makes another.
 *
 * @param tree nodes without a value are the marks
 * @param entries nodes of the tree
 * @param bytes lengths of the keys and values of the entries, without the marks
 */
record Overlay(Treap tree, int entries, long bytes) {

  /** Says nothing of any entry. */
  static final Overlay EMPTY = new Overlay(null, 0, 0);

  boolean isEmpty() {
    return tree == null;
  }

  /** What is said of a key, or null. */
  Treap find(byte[] key) {
    return Treap.find(tree, key);
  }

  /** With an entry; both arrays are kept. */
  Overlay put(byte[] key, byte[] value) {
    return with(key, value);
  }

  /** With the mark that there is no such entry; the array is kept. */
  Overlay delete(byte[] key) {
    return with(key, null);
  }

  /** Without an entry that is here and not below. */
  Overlay remove(byte[] key) {
    Treap old = find(key);
    return new Overlay(Treap.delete(tree, key), entries - 1, bytes - bytes(old.key, old.value));
  }

  private Overlay with(byte[] key, byte[] value) {
    Treap old = find(key);
    long growth = bytes(key, value) - (old == null ? 0 : bytes(old.key, old.value));
    return new Overlay(
        Treap.put(tree, key, value), old == null ? entries + 1 : entries, bytes + growth);
  }

  private static long bytes(byte[] key, byte[] value) {
    return value == null ? 0 : key.length + value.length;
  }

  /** Makes a transaction's entries what they are under this overlay. */
  void applyTo(ImageTransaction transaction) {
    TreapCursor cursor = new TreapCursor(tree, new byte[0], true);
    for (Treap node = cursor.next(); node != null; node = cursor.next()) {
      if (node.value == null) {
        boolean unused = transaction.delete(node.key); // it may have come and gone above
      } else {
        transaction.put(node.key, node.value);
      }
    }
  }
}
