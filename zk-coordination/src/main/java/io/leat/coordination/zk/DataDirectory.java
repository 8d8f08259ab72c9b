package io.leat.coordination.zk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory of a ZooKeeper server, held by a lock file: ZooKeeper itself would let two servers
 * write the same logs.
 */
final class DataDirectory implements Closeable {

  private static final String LOCK_FILE = "leat.lock";
  private static final String GENERATED_CONFIGURATION = "zookeeper.configuration*.properties";

  private final Path path;
  private final FileChannel lockChannel;

  private DataDirectory(Path path, FileChannel lockChannel) {
    this.path = path;
    this.lockChannel = lockChannel;
  }

  /** Creates the directory if needed and locks it. */
  static DataDirectory open(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    FileChannel channel;
    try {
      Files.createDirectories(absolute);
      channel =
          FileChannel.open(
              absolute.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(
          "Cannot start ZooKeeper: the data directory "
              + absolute
              + " cannot be used ("
              + e
              + "). It must be a directory that this user can write.",
          e);
    }
    if (!isLocked(channel)) {
      channel.close();
      throw new IOException(
          "Cannot start ZooKeeper: the data directory "
              + absolute
              + " is in use by another server. Stop that one or choose another directory.");
    }
    return new DataDirectory(absolute, channel);
  }

  Path path() {
    return path;
  }

  void removeGeneratedConfiguration() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, GENERATED_CONFIGURATION)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Gives the directory free. */
  @Override
  public void close() throws IOException {
    lockChannel.close();
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
