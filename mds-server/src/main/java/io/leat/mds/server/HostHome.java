package io.leat.mds.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory on a disk of this host by which a process of a metadata server is told from all
 * others: it has a UUID, drawn once, and one process at a time. The kernel frees the lock when that
 * process has ended, after its I/O.
 *
 * <p>A copy of it on another host would pass for the same.
 */
final class HostHome implements Closeable {

  private static final String LOCK = "lock";
  private static final String ID = "uuid";

  // The operating system's lock is the process's, and goes with any descriptor that it closes.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;
  private final UUID id;

  private HostHome(Path directory, FileChannel lock, UUID id) {
    this.directory = directory;
    this.lock = lock;
    this.id = id;
  }

  /**
   * Takes a home, and makes it first where there is none.
   *
   * @throws IOException also when another process has it, or it is damaged
   */
  static HostHome open(Path path) throws IOException {
    Path directory = Files.createDirectories(path).toRealPath();
    if (!HELD_HERE.add(directory)) {
      throw inUse(directory);
    }
    try {
      return locked(directory);
    } catch (IOException | RuntimeException e) {
      HELD_HERE.remove(directory);
      throw e;
    }
  }

  private static HostHome locked(Path directory) throws IOException {
    FileChannel lock =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (lock.tryLock() == null) {
        throw inUse(directory);
      }
      return new HostHome(directory, lock, id(directory));
    } catch (IOException | RuntimeException e) {
      try (lock) {
        throw e;
      }
    }
  }

  private static IOException inUse(Path directory) {
    return new FileSystemException(
        directory.toString(),
        null,
        "another process of this metadata server uses it; end it first");
  }

  /** A file that is cut short by a crash is never seen: it is made beside, and moved. */
  private static UUID id(Path directory) throws IOException {
    Path file = directory.resolve(ID);
    try {
      return UUID.fromString(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      UUID drawn = UUID.randomUUID();
      Path unfinished = directory.resolve(ID + ".new");
      Files.write(
          unfinished,
          drawn.toString().getBytes(US_ASCII),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.DSYNC);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel entries = FileChannel.open(directory)) {
        entries.force(true);
      }
      return drawn;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "%s holds no UUID; remove it, and this server takes a lane of its own again"
              .formatted(file),
          e);
    }
  }

  UUID id() {
    return id;
  }

  @Override
  public void close() throws IOException {
    lock.close();
    HELD_HERE.remove(directory);
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
