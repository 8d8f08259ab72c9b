package io.leat.mds.image;

import io.leat.volume.LockedFile;
import java.io.IOException;
import java.nio.file.Path;

/** The exclusive use of a directory, against other processes and against this one. */
public final class DirectoryLock implements AutoCloseable {

  private final LockedFile lock;

  private DirectoryLock(LockedFile lock) {
    this.lock = lock;
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
    Path path = directory.toRealPath().resolve(file);
    return new DirectoryLock(
        LockedFile.tryLock(path)
            .orElseThrow(
                () -> new IOException(inUse.formatted(directory, LockedFile.holder(path)))));
  }

  /** Gives the directory free. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return lock.toString();
  }
}
