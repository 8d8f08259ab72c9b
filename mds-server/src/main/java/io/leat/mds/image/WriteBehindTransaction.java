package io.leat.mds.image;

/**
 * Changes above the image below, or, once they are too many to be kept in memory, in it. It holds
 * the transaction below from its beginning to its end.
 */
final class WriteBehindTransaction extends OverlayReader implements ImageTransaction {

  private final WriteBehindImage image;
  private final ImageTransaction below;
  private Overlay overlay;
  private boolean through;
  private boolean changed;
  private TransactionState state = TransactionState.OPEN;

  WriteBehindTransaction(WriteBehindImage image, ImageTransaction below, Overlay overlay) {
    this.image = image;
    this.below = below;
    this.overlay = overlay;
  }

  @Override
  Overlay overlay() {
    state.requireOpen(image.toString());
    return overlay;
  }

  @Override
  ImageReader below() {
    return below;
  }

  @Override
  boolean isFixed() {
    return false;
  }

  /**
   * Gives what is above, and from now on every change, to the transaction below.
   *
   * @throws ImageException when that fails; the transaction has failed with it
   */
  void writeThrough() {
    Overlay above = overlay();
    overlay = Overlay.EMPTY; // so that after a failure all calls meet the failed one below
    through = true;
    above.applyTo(below);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    Keys.requireKey(key);
    Keys.requireValue(value);
    if (isThrough()) {
      below.put(key, value);
    } else {
      overlay = overlay.put(key.clone(), value.clone());
    }
  }

  @Override
  public void append(byte[] key, byte[] value) {
    changed = true;
    if (!through) {
      writeThrough();
    }
    below.append(key, value);
  }

  @Override
  public boolean delete(byte[] key) {
    Keys.requireKey(key);
    if (isThrough()) {
      return below.delete(key);
    }
    Treap node = overlay.find(key);
    boolean isBelow = below.contains(key);
    if (node == null ? !isBelow : node.value == null) {
      return false;
    }
    overlay = isBelow ? overlay.delete(key.clone()) : overlay.remove(key);
    return true;
  }

  /** Whether this change, the next, goes to the transaction below. */
  private boolean isThrough() {
    changed = true;
    if (!through && image.isFull(overlay())) {
      writeThrough();
    }
    return through;
  }

  @Override
  public void commit() {
    state.requireOpen(image.toString());
    state = TransactionState.ENDED;
    try (ImageTransaction ended = below) {
      if (through) {
        image.commitThrough(ended, changed);
      } else {
        image.commit(overlay);
      }
    } finally {
      image.transactionEnded();
    }
  }

  @Override
  public void close() {
    if (state != TransactionState.ENDED) {
      state = TransactionState.ENDED;
      try {
        below.close();
      } finally {
        image.transactionEnded();
      }
    }
  }
}
