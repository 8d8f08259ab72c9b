package io.leat.benchmarks.workload;

import java.io.IOException;
import java.util.Random;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The file that is read: written once, read through once so that it is cached. */
final class LargeFile {
  static final int MIB = 1 << 20;

  private static final long SEED = 42;

  private LargeFile() {}

  /** Bytes that do not compress. */
  static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  /** The file's path; makes the file if it does not exist. */
  static Path require(Client client, FileSystem fileSystem) throws IOException {
    Path path = client.path("large");
    if (!fileSystem.exists(path)) {
      write(fileSystem, path, client.scale().fileBytes(), noise(MIB));
    }
    return path;
  }

  /**
   * Writes and closes a file.
   *
   * @param bytes a multiple of the length of {@code call}
   * @param call what one call writes
   */
  static void write(FileSystem fileSystem, Path path, long bytes, byte[] call) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(path, true)) {
      for (long written = 0; written < bytes; written += call.length) {
        out.write(call);
      }
    }
  }
}
