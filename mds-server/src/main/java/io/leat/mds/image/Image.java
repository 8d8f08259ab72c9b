package io.leat.mds.image;

import java.io.Closeable;

/**
 * The state of a virtual server: an ordered map with one writer and any number of readers of what
 * is committed (design: section 4).
 *
 * <p>Every method but {@link #capacityBytes} throws {@link IllegalStateException} after {@link
 * #close}, and {@link ImageException} when the storage fails.
 */
public interface Image extends Closeable {

  /** How many snapshots of an image may be open at the same time. */
  int SNAPSHOTS_MAX = 120;

  /**
   * Begins a transaction, which belongs to the calling thread.
   *
   * @throws IllegalStateException when one is open already
   */
  ImageTransaction begin();

  /**
   * The last committed state. Cheap; may be called from any thread, also while a transaction is
   * open.
   *
   * @throws IllegalStateException when {@value #SNAPSHOTS_MAX} snapshots are open
   */
  ImageSnapshot snapshot();

  /**
   * Drops every entry at once, outside of any transaction; what comes before a full replay. Works
   * on a full image too.
   *
   * @throws IllegalStateException while a transaction or a snapshot is open
   */
  void clear();

  /**
   * Bytes of storage that the last committed state takes. Space given back by deletes is not
   * counted, from the next {@link #flush} on.
   */
  long usedBytes();

  /**
   * Bytes of storage that the next changes have for sure, whatever they change. Less than is free
   * where deleted entries have left room that a long snapshot still shows.
   */
  long freeBytes();

  /** Bytes of {@link #freeBytes} that one changed entry takes at most, beside its key and value. */
  long entryRoomBytes();

  /**
   * Gives committed changes to the storage, where they are in memory alone; outside of any
   * transaction, by the thread that begins them.
   *
   * @throws ImageException when the storage fails; the changes stay in memory
   */
  default void flush() {}

  /** Bytes of storage that the image may take at most. */
  long capacityBytes();

  /**
   * Closes the image. Its owner ends what is open first; doing so is idempotent.
   *
   * @throws IllegalStateException while a transaction or a snapshot is open; the image stays open
   */
  @Override
  void close();
}
