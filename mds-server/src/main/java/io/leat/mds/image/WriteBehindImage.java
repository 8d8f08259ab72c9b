package io.leat.mds.image;

/**
 * An image whose commits stand in memory at first and are given to the image below many at once:
 * with {@link #flush}, or when there are {@value #FLUSH_ENTRIES} entries. A commit then costs no
 * more than its changes, and an entry that changes with every request is written once for all.
 *
 * <p>What is only in memory is lost with the process; the journal has it, and recovery goes on from
 * where the image below stands. Each flush is one transaction below, so that it always stands
 * between two commits.
 *
 * <p>An image below that could become full by what was committed is not written behind: its
 * transactions go through, so that a change without room fails before it is committed.
 */
public final class WriteBehindImage implements Image {

  /** Entries in memory after which the next transaction flushes them first. */
  static final int FLUSH_ENTRIES = 2048;

  /** Bytes of keys and values in memory after which the next transaction flushes them first. */
  static final long FLUSH_BYTES = 4 << 20;

  /** A transaction that would keep so many times more in memory goes through. */
  static final int FULL = 4;

  /** Parts of a page that is filled for half at least. */
  private static final int FILLED = 2;

  private final Image below;
  private final int flushEntries;
  private final long flushBytes;

  /** Room below with which nothing that is kept in memory can fail. */
  private final long roomBytes;

  private final Handles handles;

  /** Held while a flush becomes visible. */
  private final Object visible = new Object();

  private volatile Overlay overlay = Overlay.EMPTY;

  /**
   * Counts up when a commit below begins, and when it is visible; odd while one is under way that
   * is more than a flush.
   */
  private volatile int boundaries;

  /** Whether everything that may be kept in memory has room below. The writer's. */
  private boolean roomy;

  /**
   * @param below closed with this image, used by nobody else
   */
  public WriteBehindImage(Image below) {
    this(below, FLUSH_ENTRIES, FLUSH_BYTES);
  }

  /** As the other, with its own bounds instead of {@link #FLUSH_ENTRIES} and the other one. */
  WriteBehindImage(Image below, int flushEntries, long flushBytes) {
    this.below = below;
    this.flushEntries = flushEntries;
    this.flushBytes = flushBytes;
    this.roomBytes =
        below.entryRoomBytes() * flushEntries * FULL
            + FILLED * (FULL * flushBytes + ImageReader.MAX_VALUE_BYTES);
    this.handles = new Handles(below.toString());
    this.roomy = hasRoom();
  }

  private boolean hasRoom() {
    return below.freeBytes() >= roomBytes;
  }

  @Override
  public ImageTransaction begin() {
    Overlay above = overlay;
    if (above.entries() >= flushEntries || above.bytes() >= flushBytes) {
      flush();
    }
    WriteBehindTransaction transaction = open();
    if (!roomy) {
      through(transaction);
    }
    return transaction;
  }

  private WriteBehindTransaction open() {
    synchronized (this) {
      handles.requireNoTransaction();
      handles.transactionBegan();
    }
    ImageTransaction opened = null;
    try {
      opened = below.begin();
      return new WriteBehindTransaction(this, opened, overlay);
    } finally {
      if (opened == null) {
        transactionEnded();
      }
    }
  }

  /** Closes the transaction when it cannot go through. */
  private static void through(WriteBehindTransaction transaction) {
    boolean done = false;
    try {
      transaction.writeThrough();
      done = true;
    } finally {
      if (!done) {
        transaction.close();
      }
    }
  }

  /** Whether a transaction that has so much in memory goes through with its next change. */
  boolean isFull(Overlay above) {
    return above.entries() >= FULL * flushEntries || above.bytes() >= FULL * flushBytes;
  }

  @Override
  public void flush() {
    if (!overlay.isEmpty()) {
      try (WriteBehindTransaction transaction = open()) {
        transaction.writeThrough();
        transaction.commit();
      }
    }
  }

  /** Makes what was changed in memory the last committed state. */
  void commit(Overlay committed) {
    overlay = committed;
  }

  /**
   * Commits below what holds everything that is in memory.
   *
   * @param changed whether it holds more: then what is in memory must not lie on it
   */
  void commitThrough(ImageTransaction transaction, boolean changed) {
    int step = changed ? 1 : 2;
    synchronized (visible) {
      boundaries += step;
      try {
        transaction.commit();
        overlay = Overlay.EMPTY;
      } finally {
        boundaries += step;
      }
    }
    roomy = hasRoom();
  }

  synchronized void transactionEnded() {
    handles.transactionEnded();
  }

  @Override
  public ImageSnapshot snapshot() {
    synchronized (this) {
      handles.requireRoomForSnapshot();
      handles.snapshotTaken();
    }
    ImageSnapshot snapshot = null;
    try {
      snapshot = pair();
      return snapshot;
    } finally {
      if (snapshot == null) {
        snapshotReleased();
      }
    }
  }

  /**
   * An overlay and a state below that belong together: an overlay must not lie on what a newer one
   * was flushed to, or on more than itself. Nothing is wrong with one that lies on its own flush:
   * that is the same above and below.
   */
  private ImageSnapshot pair() {
    int before = boundaries;
    Overlay above = overlay;
    ImageSnapshot taken = below.snapshot();
    if (before % 2 == 0 && boundaries == before) {
      return new OverlaySnapshot(this, above, taken);
    }
    taken.close();
    synchronized (visible) {
      return new OverlaySnapshot(this, overlay, below.snapshot());
    }
  }

  synchronized void snapshotReleased() {
    handles.snapshotReleased();
  }

  @Override
  public synchronized void clear() {
    handles.requireIdle("clear");
    below.clear();
    overlay = Overlay.EMPTY;
    roomy = hasRoom();
  }

  @Override
  public long usedBytes() {
    return below.usedBytes() + overlay.bytes();
  }

  @Override
  public long freeBytes() {
    return below.freeBytes();
  }

  @Override
  public long entryRoomBytes() {
    return below.entryRoomBytes();
  }

  @Override
  public long capacityBytes() {
    return below.capacityBytes();
  }

  @Override
  public synchronized void close() {
    if (!handles.isClosed()) {
      handles.requireIdle("close");
      handles.close();
      below.close();
    }
  }

  @Override
  public String toString() {
    return below.toString();
  }
}
