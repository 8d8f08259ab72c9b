package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.ClientKeys;
import io.leat.mds.cell.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a benchmark's client reads. */
final class ClientFiles {
  private ClientFiles() {}

  /**
   * Writes {@code core-site.xml}.
   *
   * @param fileSystemClass what the client's file system must be; it refuses to run with another
   */
  static void write(Path configuration, Map<String, String> settings, String fileSystemClass)
      throws IOException {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put(ClientKeys.FILE_SYSTEM_CLASS, fileSystemClass);
    ConfigurationFile.write(
        configuration.resolve("core-site.xml"), "Of a benchmark's client.", all);
  }

  /** {@code file:///...} of a directory for the client's files. */
  static String localUri(Path directory) {
    return "file://" + directory.resolve("files").toAbsolutePath();
  }
}
