package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.ClientKeys;
import io.leat.benchmarks.measure.Metric;
import io.leat.mds.cell.ConfigurationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The local disk by Hadoop's {@code file:}, raw; for TestDFSIO as it is by default, checksummed.
 */
final class LocalSystem implements SystemUnderTest {
  private static final Pattern MAKERS =
      Pattern.compile("meta\\.create|meta\\.mkdirs|small\\.create");
  private static final String RAW = "org.apache.hadoop.fs.RawLocalFileSystem";
  private static final String CHECKSUMMED = "org.apache.hadoop.fs.LocalFileSystem";

  private final Optional<Path> nativeLibrary = NativeLibrary.find();

  @Override
  public ClientSetup start(Path directory, long volumeBytes) throws IOException {
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.defaultFS", "file:///");
    settings.put("fs.file.impl", RAW);
    ClientFiles.write(configuration, settings, RAW);
    ConfigurationFile.write(
        configuration.resolve(ClientKeys.DFSIO_SITE),
        "For TestDFSIO alone.",
        Map.of("fs.file.impl", CHECKSUMMED));
    return new ClientSetup(
        configuration, ClientFiles.localUri(directory), NativeLibrary.jvmFlags(nativeLibrary));
  }

  @Override
  public Optional<String> remark(Metric metric) {
    return nativeLibrary.isEmpty() && MAKERS.matcher(metric.name()).lookingAt()
        ? Optional.of("without libhadoop, Hadoop's file: runs chmod for each file it makes")
        : Optional.empty();
  }

  @Override
  public void close() {
    // No process.
  }
}
