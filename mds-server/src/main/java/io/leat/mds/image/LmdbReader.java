package io.leat.mds.image;

import org.lmdbjava.LmdbException;

/**
 * Reads through a view; what transaction and snapshot have in common.
 *
 * <p>Every call holds this object's monitor, so that a close by another thread waits for it. A
 * visitor runs inside it and may call back, or even close: that is noticed before LMDB is touched
 * again.
 */
abstract class LmdbReader implements ImageReader {

  /** What messages call the image. */
  final String imageName;

  LmdbReader(String imageName) {
    this.imageName = imageName;
  }

  /**
   * The live view.
   *
   * @throws IllegalStateException when this reader may not be used any more, or not here
   */
  abstract LmdbView view();

  @Override
  public final synchronized byte[] get(byte[] key) {
    Keys.requireKey(key);
    LmdbView view = view();
    try {
      return view.get(key);
    } catch (LmdbException e) {
      throw readFailed(e);
    }
  }

  @Override
  public final synchronized boolean contains(byte[] key) {
    Keys.requireKey(key);
    LmdbView view = view();
    try {
      return view.contains(key);
    } catch (LmdbException e) {
      throw readFailed(e);
    }
  }

  @Override
  public final synchronized void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    Keys.requirePrefix(prefix);
    Keys.requirePlace(Keys.scanStart(prefix, from));
    LmdbView view = view();
    try {
      view.scan(prefix, from, (key, value) -> visitor.visit(key, value) && view() == view);
    } catch (LmdbException e) {
      throw readFailed(e);
    }
  }

  @Override
  public final synchronized Entry floor(byte[] prefix, byte[] key) {
    Keys.requirePrefix(prefix);
    Keys.requirePlace(key);
    LmdbView view = view();
    try {
      return view.floor(prefix, key);
    } catch (LmdbException e) {
      throw readFailed(e);
    }
  }

  private ImageException readFailed(LmdbException cause) {
    return new ImageException(
        "cannot read "
            + imageName
            + ": close it, remove its directory and rebuild it from checkpoint and journal",
        cause);
  }
}
