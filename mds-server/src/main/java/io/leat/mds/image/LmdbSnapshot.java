package io.leat.mds.image;

/** A pooled read transaction, lent until close. */
final class LmdbSnapshot extends LmdbReader implements ImageSnapshot {

  private final LmdbImage image;
  private LmdbView view;

  LmdbSnapshot(LmdbImage image, LmdbView view) {
    super(image.toString());
    this.image = image;
    this.view = view;
  }

  @Override
  LmdbView view() {
    if (view == null) {
      throw new IllegalStateException("the snapshot of " + imageName + " is closed");
    }
    return view;
  }

  @Override
  public synchronized void close() {
    if (view != null) {
      LmdbView returned = view;
      view = null;
      image.snapshotReleased(returned);
    }
  }
}
