package io.leat.mds.image;

/** An overlay and a snapshot of what it lies on, kept. */
final class OverlaySnapshot extends OverlayReader implements ImageSnapshot {

  private final WriteBehindImage image;
  private final Overlay overlay;
  private final ImageSnapshot below;
  private boolean closed;

  OverlaySnapshot(WriteBehindImage image, Overlay overlay, ImageSnapshot below) {
    this.image = image;
    this.overlay = overlay;
    this.below = below;
  }

  @Override
  Overlay overlay() {
    if (closed) {
      throw new IllegalStateException("the snapshot of " + image + " is closed");
    }
    return overlay;
  }

  @Override
  ImageReader below() {
    return below;
  }

  @Override
  boolean isFixed() {
    return true;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        below.close();
      } finally {
        image.snapshotReleased();
      }
    }
  }
}
