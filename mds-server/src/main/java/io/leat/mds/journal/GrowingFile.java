package io.leat.mds.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Makes files longer by writing zeros, so that their space is really there. */
final class GrowingFile {

  private static final int ZEROS_BYTES = 1 << 20;

  private GrowingFile() {}

  /**
   * Makes the file at least {@code bytes} long, durably; makes the file itself if there is none.
   *
   * @throws IOException when there is no room; the file has its former length then
   */
  static void ensure(Path path, long bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    if (Files.notExists(path)) {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(permissions));
      FileMetadataArea.syncParent(path);
    }
    // RandomAccessFile, because interrupts do not close it.
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      if (file.length() < bytes) {
        grow(path, file, bytes);
      }
    }
  }

  private static void grow(Path path, RandomAccessFile file, long bytes) throws IOException {
    long former = file.length();
    try {
      byte[] zeros = new byte[ZEROS_BYTES];
      file.seek(former);
      for (long left = bytes - former; left > 0; left -= zeros.length) {
        file.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
      file.getFD().sync();
    } catch (IOException e) {
      JournalWriter.closeAfter(e, () -> file.setLength(former));
      throw new IOException(
          "%s cannot grow from %d to %d bytes: %s".formatted(path, former, bytes, e.getMessage()),
          e);
    }
  }
}
