package io.leat.mds.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.lmdbjava.LmdbException;

/**
 * An image in an LMDB environment of its own: a directory (0700) with the map (0600) and a lock
 * file.
 *
 * <p>A commit survives the death of the process but not of the host, since nothing is ever synced:
 * after a host crash the files may be damaged in ways that only show later, so open with {@link
 * #openEmpty} and rebuild.
 *
 * <p>All bookkeeping runs under this object's monitor, which is held for microseconds; readers and
 * the writer do their work outside of it. Closed readers stay in a pool with their slot in LMDB's
 * reader table. Lock order: a snapshot or transaction, then the image.
 *
 * <p>{@link #usedBytes} counts the pages of the tree. Pages freed by deletes stay in the file for
 * the next changes and count as room, so that an image that was full takes writes again; see {@link
 * #highWaterBytes} for the file.
 */
public final class LmdbImage implements Image {

  /** Smallest capacity in bytes: 1 MiB. */
  public static final long CAPACITY_MIN_BYTES = 1L << 20;

  /** Largest capacity in bytes: 4 TiB. */
  public static final long CAPACITY_MAX_BYTES = 1L << 42;

  /** Pages that one change copies at most: those on the way from the root, and what splits. */
  private static final int ENTRY_PAGES_MAX = 8;

  /** Capacities are rounded up to a multiple that suits every page size. */
  static final long CAPACITY_UNIT_BYTES = 64 << 10;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;
  private final String name;
  private final Handles handles;
  private final DirectoryLock lock;
  private final long requestedCapacityBytes;
  private final Deque<LmdbView> idleReaders = new ArrayDeque<>();
  private final long capacityBytes;
  private LmdbEnvironment environment;

  /** Makes sure that an image is opened once only. */
  static DirectoryLock lock(Path directory) throws IOException {
    return DirectoryLock.acquire(
        directory,
        "image.lock",
        "the image directory %s is in use by %s; a virtual server's image is opened once only");
  }

  private LmdbImage(Path directory, long requestedCapacityBytes, DirectoryLock lock)
      throws IOException {
    this.directory = directory;
    this.name = "the image in " + directory;
    this.handles = new Handles(name);
    this.lock = lock;
    this.requestedCapacityBytes = requestedCapacityBytes;
    this.environment = LmdbEnvironment.open(directory, requestedCapacityBytes);
    this.capacityBytes = environment.capacityBytes();
  }

  /**
   * Opens the image in {@code directory}, or creates an empty one.
   *
   * @param capacityBytes {@value #CAPACITY_MIN_BYTES} to {@value #CAPACITY_MAX_BYTES}; address
   *     space that is reserved, not disk space. Raised to what an existing image needs
   * @throws IOException when the directory is in use by an open image of any process, cannot be
   *     written, or holds something else
   */
  public static LmdbImage open(Path directory, long capacityBytes) throws IOException {
    return open(directory, capacityBytes, false);
  }

  /** As {@link #open} but drops what the directory holds, without looking at it. */
  public static LmdbImage openEmpty(Path directory, long capacityBytes) throws IOException {
    return open(directory, capacityBytes, true);
  }

  private static LmdbImage open(Path directory, long capacityBytes, boolean empty)
      throws IOException {
    long capacity = roundedCapacity(capacityBytes);
    prepare(directory);
    DirectoryLock lock = lock(directory);
    LmdbImage image = null;
    try {
      if (empty) {
        LmdbEnvironment.deleteFiles(directory);
      }
      image = new LmdbImage(directory, capacity, lock);
      return image;
    } finally {
      if (image == null) {
        lock.close();
      }
    }
  }

  private static long roundedCapacity(long capacityBytes) {
    if (capacityBytes < CAPACITY_MIN_BYTES || capacityBytes > CAPACITY_MAX_BYTES) {
      throw new IllegalArgumentException(
          "image capacity of %d bytes is not in %d to %d"
              .formatted(capacityBytes, CAPACITY_MIN_BYTES, CAPACITY_MAX_BYTES));
    }
    return (capacityBytes + CAPACITY_UNIT_BYTES - 1) / CAPACITY_UNIT_BYTES * CAPACITY_UNIT_BYTES;
  }

  private static void prepare(Path directory) throws IOException {
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.setPosixFilePermissions(directory, OWNER_ONLY);
  }

  @Override
  public synchronized ImageTransaction begin() {
    handles.requireNoTransaction();
    try {
      LmdbView writer = environment.newWriter();
      handles.transactionBegan();
      return new LmdbTransaction(this, writer);
    } catch (LmdbException e) {
      throw new ImageException("cannot begin a transaction in " + name, e);
    }
  }

  @Override
  public synchronized ImageSnapshot snapshot() {
    handles.requireRoomForSnapshot();
    try {
      LmdbView reader = idleReaders.poll();
      if (reader == null) {
        reader = environment.newReader();
      } else {
        reader.renew();
      }
      handles.snapshotTaken();
      return new LmdbSnapshot(this, reader);
    } catch (LmdbException e) {
      throw new ImageException("cannot take a snapshot of " + name, e);
    }
  }

  synchronized void snapshotReleased(LmdbView reader) {
    reader.reset();
    idleReaders.push(reader);
    handles.snapshotReleased();
  }

  synchronized void transactionEnded() {
    handles.transactionEnded();
  }

  @Override
  public synchronized void clear() {
    handles.requireIdle("clear");
    boolean reopened = false;
    try {
      closeEnvironment();
      LmdbEnvironment.deleteFiles(directory);
      environment = LmdbEnvironment.open(directory, requestedCapacityBytes);
      reopened = true;
    } catch (IOException e) {
      throw new ImageException("cannot clear " + name + ", which is closed now", e);
    } finally {
      if (!reopened) {
        closeHandlesAndLock();
      }
    }
  }

  @Override
  public synchronized long usedBytes() {
    handles.requireOpen();
    return environment.usedBytes();
  }

  /**
   * Bytes that the file has grown to. What lies between this and {@link #usedBytes} is free for the
   * next changes, unless an open snapshot still shows it.
   */
  public synchronized long highWaterBytes() {
    handles.requireOpen();
    return environment.highWaterBytes();
  }

  @Override
  public long freeBytes() {
    return capacityBytes - highWaterBytes();
  }

  @Override
  public synchronized long entryRoomBytes() {
    handles.requireOpen();
    return (long) ENTRY_PAGES_MAX * environment.pageBytes();
  }

  @Override
  public long capacityBytes() {
    return capacityBytes;
  }

  @Override
  public synchronized void close() {
    if (!handles.isClosed()) {
      handles.requireIdle("close");
      try {
        closeEnvironment();
      } finally {
        closeHandlesAndLock();
      }
    }
  }

  private void closeEnvironment() {
    try {
      for (LmdbView reader = idleReaders.poll(); reader != null; reader = idleReaders.poll()) {
        reader.renew(); // lmdbjava frees a reader only when it is active
        reader.abort();
      }
    } catch (LmdbException e) {
      throw new ImageException("cannot end the readers of " + name, e);
    } finally {
      environment.close();
    }
  }

  private void closeHandlesAndLock() {
    handles.close();
    try {
      lock.close();
    } catch (IOException e) {
      throw new ImageException("cannot release the lock of " + name, e);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
