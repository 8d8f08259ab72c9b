package io.leat.benchmarks.system;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.ClientSettings;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.config.ConfigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An embedded cell in a process of its own, as {@code leat start} makes it; a buffered volume. */
final class LeatSystem implements SystemUnderTest {
  private static final String FILE_SYSTEM = "io.leat.hadoop.LeatFileSystem";
  private static final String VOLUME_SIZE = "16g";

  private BackgroundCell cell;
  private boolean closed;

  @Override
  public synchronized ClientSetup start(Path directory) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the benchmark is ending, no cell is started");
    }
    CellLayout layout = new CellLayout(directory.resolve("cell"));
    cell = new BackgroundCell(layout);
    RunFile run = cell.start(Map.of(ConfigKey.VOLUME_SIZE.template(), VOLUME_SIZE));
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> settings = ClientSettings.of(CellLayout.VIRTUAL_SERVER, run.addresses());
    ClientFiles.write(configuration, settings, FILE_SYSTEM);
    String base = settings.get("fs.defaultFS") + "bench";
    return new ClientSetup(configuration, base, List.of());
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (cell == null) {
      return;
    }
    try {
      var unused = cell.stop();
      cell = null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the benchmark's cell was stopping", e);
    }
  }
}
