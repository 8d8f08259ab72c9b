package io.leat.mds.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive use of a directory, against other processes and against this one.
 *
 * <p>A POSIX lock belongs to the process and goes when the process closes <em>any</em> channel on
 * the file. So a second attempt in this process must not even open the file; the set of held
 * directories sees to that.
 */
public final class DirectoryLock implements AutoCloseable {

  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes a directory.
   *
   * @param directory an existing one
   * @param file name of its lock file
   * @param inUse the message when it is in use: a format of the directory and of who uses it
   * @throws IOException when the directory is in use, or its lock file cannot be opened
   */
  public static DirectoryLock acquire(Path directory, String file, String inUse)
      throws IOException {
    Path real = directory.toRealPath();
    if (!HELD_HERE.add(real)) {
      throw new IOException(inUse.formatted(directory, "this process"));
    }
    FileChannel channel = null;
    try {
      channel = lockedChannel(real.resolve(file));
    } finally {
      if (channel == null) {
        HELD_HERE.remove(real);
      }
    }
    if (channel == null) {
      throw new IOException(inUse.formatted(directory, "another process"));
    }
    return new DirectoryLock(real, channel);
  }

  /** A channel that holds the lock, or null when another process does. */
  private static FileChannel lockedChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? null : channel;
  }

  /** Gives the directory free. The lock file stays: removing it would let two owners in. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(directory);
    }
  }

  @Override
  public String toString() {
    return "lock of " + directory;
  }
}
