package io.leat.volume;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Opens devices and creates the files behind them. Any thread. */
public final class Devices {

  /** Behind the name of a file that is being made. */
  public static final String UNFINISHED = ".new";

  /** Bytes written per call when a file is filled with zeros. */
  static final int ZEROS_BYTES = 1 << 20;

  /** At each end of a device, where others say what it is. */
  private static final int BLANK_BYTES = 1 << 20;

  private static final int BLOCK_BYTES = 4096;
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int REGULAR_FILE = 0100000;
  private static final int BLOCK_DEVICE = 0060000;

  private Devices() {}

  /**
   * Opens a regular file or a block device.
   *
   * @throws NoSuchFileException when there is nothing at {@code path}
   * @throws AccessDeniedException when the permissions do not allow {@code access}
   * @throws FileSystemException when it is something else, or cannot be opened that way
   */
  public static Device open(Path path, Access access) throws IOException {
    requireStorage(path);
    try {
      return access.direct() ? new DirectDevice(path, access) : new FileDevice(path, access);
    } catch (AccessDeniedException e) {
      throw withCause(
          new AccessDeniedException(
              path.toString(),
              null,
              "no permission to open it for " + (access.readOnly() ? "reading" : "writing")),
          e);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      throw withCause(
          new FileSystemException(
              path.toString(), null, "cannot be opened with " + access + ": " + e.getReason()),
          e);
    } catch (UnsupportedOperationException e) {
      throw withCause(
          new FileSystemException(
              path.toString(), null, "its file system does not support direct access"),
          e);
    }
  }

  private static void requireStorage(Path path) throws IOException {
    int type = (Integer) Files.getAttribute(path, "unix:mode") & FILE_TYPE_MASK;
    if (type != REGULAR_FILE && type != BLOCK_DEVICE) {
      throw new FileSystemException(
          path.toString(), null, "neither a regular file nor a block device");
    }
  }

  /**
   * Makes sure that a device may be used for something new: its first and its last MiB, where
   * partitions, file systems and arrays are described, are zeros. What is lost when somebody names
   * the wrong device cannot be had back.
   *
   * @param place what to call the device in messages
   * @throws FileAlreadyExistsException when something stands there
   */
  public static void requireBlank(Device device, String place) throws IOException {
    int length = (int) Math.min(BLANK_BYTES, Alignment.down(device.size(), BLOCK_BYTES));
    requireBlank(device, place, 0, length);
    requireBlank(device, place, Alignment.down(device.size() - length, BLOCK_BYTES), length);
  }

  /**
   * Makes sure that a range of a device is zeros.
   *
   * @param place what to call the device in messages
   * @param at bytes, a multiple of the device's alignment, as {@code length}
   * @throws FileAlreadyExistsException when it is not
   */
  public static void requireBlank(Device device, String place, long at, int length)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(length + BLOCK_BYTES).alignedSlice(BLOCK_BYTES).limit(length);
    device.read(at, bytes);
    if (!bytes.flip().equals(ByteBuffer.allocateDirect(length))) {
      throw new FileAlreadyExistsException(
          place,
          null,
          ("it is not blank: something stands in the %d bytes from byte %d; if all of it may be"
                  + " lost, write zeros over it, as with blkdiscard -z")
              .formatted(length, at));
    }
  }

  private static IOException withCause(IOException exception, Throwable cause) {
    exception.initCause(cause);
    return exception;
  }

  /**
   * Creates a file of {@code size} bytes of zeros, durably: file and directory entry are on the
   * storage when this returns. On failure nothing is left behind.
   *
   * @param size bytes, more than 0
   * @param prewriteZeros write the zeros, so that later writes need no allocation and their flushes
   *     are fast; else the file is sparse
   * @param permissions exactly these, whatever the umask
   * @throws FileAlreadyExistsException when {@code path} exists; it is not touched
   */
  public static void createFile(
      Path path, long size, boolean prewriteZeros, Set<PosixFilePermission> permissions)
      throws IOException {
    if (size <= 0) {
      throw new IllegalArgumentException(path + ": size " + size);
    }
    Files.createFile(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      fill(path, size, prewriteZeros, permissions);
      syncDirectory(path.toAbsolutePath().getParent());
    } catch (IOException e) {
      deleteAfter(e, path);
      throw new IOException(
          "cannot create %s with %d bytes: %s".formatted(path, size, e.getMessage()), e);
    }
  }

  /**
   * Makes a file with these bytes, or replaces the one that is there, durably; after a crash it is
   * the one or the other. What is not finished stands beside it, with {@link #UNFINISHED} behind
   * its name.
   *
   * @param permissions exactly these, whatever the umask
   */
  public static void replaceFile(Path path, byte[] bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    Path unfinished = path.resolveSibling(path.getFileName() + UNFINISHED);
    Files.deleteIfExists(unfinished);
    createFile(unfinished, bytes.length, true, permissions);
    Files.write(unfinished, bytes, StandardOpenOption.WRITE, StandardOpenOption.DSYNC);
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(path.toAbsolutePath().getParent());
  }

  // RandomAccessFile, because interrupts do not close it.
  private static void fill(
      Path path, long size, boolean prewriteZeros, Set<PosixFilePermission> permissions)
      throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
      if (prewriteZeros) {
        byte[] zeros = new byte[(int) Math.min(size, ZEROS_BYTES)];
        for (long left = size; left > 0; left -= zeros.length) {
          file.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
      }
      Files.setPosixFilePermissions(path, permissions);
      file.getFD().sync();
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (ReopeningChannel channel =
        new ReopeningChannel(directory, Set.of(StandardOpenOption.READ))) {
      channel.run(Devices::force);
    }
  }

  private static long force(FileChannel channel) throws IOException {
    channel.force(true);
    return 0;
  }

  /** Removes what a failed creation left; a failure to do so is added to {@code cause}. */
  static void deleteAfter(Exception cause, Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
