package io.leat.mds.image;

/**
 * An image on the heap, for the simulator and for tests: the same behaviour as {@link LmdbImage}
 * without any I/O, and the same sequence of calls gives the same results in every run.
 *
 * <p>The state is the root of a persistent tree: a snapshot is a reference, a commit stores one,
 * and neither depends on the number of entries.
 */
public final class MemoryImage implements Image {

  /** What an entry counts for beside its key and value. */
  public static final int ENTRY_OVERHEAD_BYTES = 64;

  private final long capacityBytes;
  private final Handles handles = new Handles(toString());
  private Treap committed;
  private long usedBytes;

  /** An empty image that only the heap bounds. */
  public MemoryImage() {
    this(Long.MAX_VALUE);
  }

  /**
   * An empty image.
   *
   * @param capacityBytes how much keys, values and {@value #ENTRY_OVERHEAD_BYTES} bytes for each
   *     entry may add up to; positive
   */
  public MemoryImage(long capacityBytes) {
    if (capacityBytes <= 0) {
      throw new IllegalArgumentException("capacity of " + capacityBytes + " bytes; must be > 0");
    }
    this.capacityBytes = capacityBytes;
  }

  @Override
  public synchronized ImageTransaction begin() {
    handles.requireNoTransaction();
    handles.transactionBegan();
    return new MemoryTransaction(this, committed, usedBytes);
  }

  @Override
  public synchronized ImageSnapshot snapshot() {
    handles.requireRoomForSnapshot();
    handles.snapshotTaken();
    return new MemorySnapshot(this, committed);
  }

  @Override
  public synchronized void clear() {
    handles.requireIdle("clear");
    committed = null;
    usedBytes = 0;
  }

  @Override
  public synchronized long usedBytes() {
    handles.requireOpen();
    return usedBytes;
  }

  @Override
  public long freeBytes() {
    return capacityBytes - usedBytes();
  }

  @Override
  public long entryRoomBytes() {
    return ENTRY_OVERHEAD_BYTES;
  }

  @Override
  public long capacityBytes() {
    return capacityBytes;
  }

  @Override
  public synchronized void close() {
    if (!handles.isClosed()) {
      handles.requireIdle("close");
      handles.close();
      committed = null;
    }
  }

  synchronized void commit(Treap root, long newUsedBytes) {
    committed = root;
    usedBytes = newUsedBytes;
    handles.transactionEnded();
  }

  synchronized void transactionEnded() {
    handles.transactionEnded();
  }

  synchronized void snapshotReleased() {
    handles.snapshotReleased();
  }

  @Override
  public String toString() {
    return "the in-memory image";
  }
}
