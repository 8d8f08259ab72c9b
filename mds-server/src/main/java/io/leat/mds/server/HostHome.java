package io.leat.mds.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.leat.mds.image.DirectoryLock;
import io.leat.volume.Devices;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;

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

  private final DirectoryLock lock;
  private final UUID id;

  private HostHome(DirectoryLock lock, UUID id) {
    this.lock = lock;
    this.id = id;
  }

  /**
   * Takes a home, and makes it first where there is none.
   *
   * @throws IOException also when another process has it, or it is damaged
   */
  static HostHome open(Path directory) throws IOException {
    Files.createDirectories(directory);
    DirectoryLock lock =
        DirectoryLock.acquire(
            directory, LOCK, "%s is used by %s as this metadata server's home; end it first");
    try {
      return new HostHome(lock, id(directory));
    } catch (IOException | RuntimeException e) {
      try (lock) {
        throw e;
      }
    }
  }

  private static UUID id(Path directory) throws IOException {
    Path file = directory.resolve(ID);
    try {
      return UUID.fromString(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      UUID drawn = UUID.randomUUID();
      Devices.replaceFile(
          file, drawn.toString().getBytes(US_ASCII), PosixFilePermissions.fromString("rw-------"));
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
  }
}
