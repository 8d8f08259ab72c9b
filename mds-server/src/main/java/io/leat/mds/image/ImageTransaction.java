package io.leat.mds.image;

/**
 * The one open set of changes to an image. It reads what it has written; nobody else does until
 * {@link #commit}.
 *
 * <p>Used only by the thread that began it. After {@link ImageException} the transaction is of no
 * more use: every call except {@link #close} throws {@link IllegalStateException}, as it does after
 * commit.
 */
public interface ImageTransaction extends ImageReader, AutoCloseable {

  /**
   * Sets the value of {@code key}, replacing what was there.
   *
   * @throws IllegalArgumentException when the key or value is outside of its bounds; nothing has
   *     changed and the transaction goes on
   * @throws ImageFullException when the image has no room; close the transaction
   */
  void put(byte[] key, byte[] value);

  /**
   * As {@link #put}, for a key above every key in the image; faster where the storage makes use of
   * that, and an {@link ImageException} where it does not hold.
   */
  default void append(byte[] key, byte[] value) {
    put(key, value);
  }

  /**
   * Removes {@code key}.
   *
   * @return whether it was there
   * @throws ImageFullException when the image has no room for the changed pages; close the
   *     transaction
   */
  boolean delete(byte[] key);

  /**
   * Makes the changes the image's state, all at once, and ends the transaction.
   *
   * @throws ImageFullException when the image has no room; nothing was applied and the transaction
   *     has ended
   * @throws ImageException when the storage failed; nothing was applied and the transaction has
   *     ended
   */
  void commit();

  /** Drops the changes unless committed. Does nothing when called again. */
  @Override
  void close();
}
