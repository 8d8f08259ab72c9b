package io.leat.mds.image;

/** A root of the tree, kept. */
final class MemorySnapshot extends MemoryReader implements ImageSnapshot {

  private final MemoryImage image;
  private final Treap root;
  private boolean closed;

  MemorySnapshot(MemoryImage image, Treap root) {
    this.image = image;
    this.root = root;
  }

  @Override
  Treap tree() {
    if (closed) {
      throw new IllegalStateException("the snapshot of " + image + " is closed");
    }
    return root;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      image.snapshotReleased();
    }
  }
}
