package io.leat.mds.image;

/**
 * The committed state at the moment when the snapshot was taken, whatever is committed later. It
 * may move between threads, used by one at a time.
 *
 * <p>Close it soon: storage that the snapshot still shows cannot be reused while it is open.
 */
public interface ImageSnapshot extends ImageReader, AutoCloseable {

  /** Ends the snapshot. Does nothing when called again. */
  @Override
  void close();
}
