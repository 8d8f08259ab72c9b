package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import io.leat.mds.cli.Leat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A metadata area and a volume that may only be read. The processes run without the privilege to
 * overrule permissions, whoever runs the test.
 */
class ReadOnlyFaultIT {

  private static final String EFFECTIVE_CAPABILITIES = "CapEff:";
  private static final int HEXADECIMAL = 16;

  /** CAP_DAC_OVERRIDE. */
  private static final long OVERRULES_PERMISSIONS = 1L << 1;

  private static final long START_SECONDS = 60;

  /** Long enough to stand on the volume. */
  private static final String KEPT = "acknowledged".repeat(1_000);

  @TempDir Path directory;

  private CellOptions options;

  @BeforeEach
  void make() throws IOException {
    options = CellOptions.at(directory.resolve("cell")).withVolumeBytes(64 << 20);
    try (EmbeddedCell cell = EmbeddedCell.start(options);
        ClientProcess client = new ClientProcess(cell.addresses())) {
      client.tell("create /tmp/kept");
      client.tell("write /tmp/kept " + KEPT);
      client.tell("close /tmp/kept");
    }
  }

  @Test
  void shouldNameTheFileAndChangeNothingWhenTheMetadataAreaIsReadOnly() throws Exception {
    Path metadata = options.directory().resolve("virtual-servers/demo/metadata");
    Path segment = metadata.resolve("lane-00-segment-0000");
    byte[] before = Files.readAllBytes(segment);
    setPermissions(metadata, "r--r--r--");
    Process server = startServer();
    String said = new String(server.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(server.waitFor(START_SECONDS, TimeUnit.SECONDS), "it has to give up");
    setPermissions(metadata, "rw-------");

    assertNotEquals(0, server.exitValue());
    assertTrue(said.contains(metadata.toString()), said);
    assertTrue(said.contains("no permission to open it for writing"), said);
    assertArrayEquals(before, Files.readAllBytes(segment));
    requireKept();
  }

  @Test
  void shouldNameVolumeAndFileWhenTheVolumeIsReadOnly() throws Exception {
    Path volume = options.directory().resolve("volumes/demo.vol");
    byte[] before = Files.readAllBytes(volume);
    try (EmbeddedCell cell = EmbeddedCell.start(options)) {
      Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("r--r--r--"));
      try (ClientProcess client = new ClientProcess(unprivileged(), cell.addresses())) {
        client.tell("create /tmp/new");
        client.tell("write /tmp/new lost");
        IOException e = assertThrows(IOException.class, () -> client.tell("hflush /tmp/new"));
        assertTrue(e.getMessage().contains("Writing /tmp/new failed"), e.getMessage());
        assertTrue(e.getMessage().contains("Volume demo cannot be opened"), e.getMessage());
        assertTrue(e.getMessage().contains(volume.toString()), e.getMessage());
        assertTrue(e.getMessage().contains("no permission to open it for writing"), e.getMessage());
      }
      Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rw-rw----"));
    }
    assertArrayEquals(before, Files.readAllBytes(volume));
    requireKept();
  }

  private void requireKept() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start(options);
        ClientProcess client = new ClientProcess(cell.addresses())) {
      client.tell("open /tmp/kept");
      assertEquals(KEPT, client.tell("read /tmp/kept"));
    }
  }

  private static void setPermissions(Path area, String permissions) throws IOException {
    try (var files = Files.newDirectoryStream(area)) {
      for (Path file : files) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      }
    }
  }

  private Process startServer() throws IOException {
    List<String> command = new ArrayList<>(unprivileged());
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--add-opens",
            "java.base/java.nio=ALL-UNNAMED",
            "--add-opens",
            "java.base/sun.nio.ch=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Leat.class.getName(),
            "cell",
            "run",
            "--data",
            options.directory().toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Starts a command without the privilege to overrule permissions, where this process has it. */
  private static List<String> unprivileged() throws IOException {
    String mask =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith(EFFECTIVE_CAPABILITIES))
            .map(line -> line.substring(EFFECTIVE_CAPABILITIES.length()).strip())
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(mask, HEXADECIMAL) & OVERRULES_PERMISSIONS) == 0
        ? List.of()
        : List.of("setpriv", "--bounding-set=-dac_override");
  }
}
