package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that this process has locked, against other processes and against itself; the kernel frees
 * it when the process dies, after its I/O has ended. It stays when it is closed: to remove it would
 * let two in.
 *
 * <p>A POSIX lock belongs to the process and goes when the process closes <em>any</em> channel on
 * the file. So a second attempt in this process must not even open the file; the set of locked
 * files sees to that.
 *
 * <p>Any thread.
 */
public final class LockedFile implements Closeable {

  private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private LockedFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks a file, which is made with mode 0600 if it is not there.
   *
   * @param file by its real path, so that it has one name in this process
   * @return empty when somebody has locked it
   */
  public static Optional<LockedFile> tryLock(Path file) throws IOException {
    if (!LOCKED_HERE.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = lockedChannel(file);
    } finally {
      if (channel == null) {
        LOCKED_HERE.remove(file);
      }
    }
    return channel == null ? Optional.empty() : Optional.of(new LockedFile(file, channel));
  }

  /** A channel that holds the lock, or null when another process does. */
  private static FileChannel lockedChannel(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    boolean locked = false;
    try {
      locked = channel.tryLock() != null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    return locked ? channel : null;
  }

  /** Who has a file that could not be locked, for messages: this process or another one. */
  public static String holder(Path file) {
    return LOCKED_HERE.contains(file) ? "this process" : "another process";
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      LOCKED_HERE.remove(file);
    }
  }

  @Override
  public String toString() {
    return "lock of " + file;
  }
}
