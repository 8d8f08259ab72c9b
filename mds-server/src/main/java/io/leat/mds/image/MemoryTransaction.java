package io.leat.mds.image;

/** A root that moves with every change and becomes the image's on commit. */
final class MemoryTransaction extends MemoryReader implements ImageTransaction {

  private final MemoryImage image;
  private Treap root;
  private long usedBytes;
  private TransactionState state = TransactionState.OPEN;

  MemoryTransaction(MemoryImage image, Treap root, long usedBytes) {
    this.image = image;
    this.root = root;
    this.usedBytes = usedBytes;
  }

  @Override
  Treap tree() {
    state.requireOpen(image.toString());
    return root;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    Keys.requireKey(key);
    Keys.requireValue(value);
    Treap old = Treap.find(tree(), key);
    long newUsedBytes = usedBytes + costBytes(key, value) - costBytes(old);
    if (newUsedBytes > image.capacityBytes()) {
      state = TransactionState.FAILED;
      throw new ImageFullException(image.toString(), image.capacityBytes(), null);
    }
    root = Treap.put(root, key.clone(), value.clone());
    usedBytes = newUsedBytes;
  }

  @Override
  public boolean delete(byte[] key) {
    Keys.requireKey(key);
    Treap old = Treap.find(tree(), key);
    if (old == null) {
      return false;
    }
    root = Treap.delete(root, key);
    usedBytes -= costBytes(old);
    return true;
  }

  private static long costBytes(Treap node) {
    return node == null ? 0 : costBytes(node.key, node.value);
  }

  private static long costBytes(byte[] key, byte[] value) {
    return (long) MemoryImage.ENTRY_OVERHEAD_BYTES + key.length + value.length;
  }

  @Override
  public void commit() {
    state.requireOpen(image.toString());
    state = TransactionState.ENDED;
    image.commit(root, usedBytes);
  }

  @Override
  public void close() {
    if (state != TransactionState.ENDED) {
      state = TransactionState.ENDED;
      image.transactionEnded();
    }
  }
}
