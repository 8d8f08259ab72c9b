package io.leat.benchmarks.system;

import io.leat.mds.cell.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The local disk by Hadoop's {@code file:}, raw; for TestDFSIO as it is by default, checksummed.
 */
final class LocalSystem implements SystemUnderTest {
  private static final String RAW = "org.apache.hadoop.fs.RawLocalFileSystem";
  private static final String CHECKSUMMED = "org.apache.hadoop.fs.LocalFileSystem";

  @Override
  public ClientSetup start(Path directory) throws IOException {
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.defaultFS", "file:///");
    settings.put("fs.file.impl", RAW);
    ClientFiles.write(configuration, settings, RAW);
    ConfigurationFile.write(
        configuration.resolve(ClientFiles.DFSIO_SITE),
        "For TestDFSIO alone.",
        Map.of("fs.file.impl", CHECKSUMMED));
    return new ClientSetup(configuration, ClientFiles.localUri(directory), List.of());
  }

  @Override
  public void close() {
    // No process.
  }
}
