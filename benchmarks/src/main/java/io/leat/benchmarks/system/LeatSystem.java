package io.leat.benchmarks.system;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.ClientSettings;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.config.ConfigKey;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An embedded cell in a process of its own, as {@code leat start} makes it. */
final class LeatSystem implements SystemUnderTest {

  /** What its volume is like. */
  enum Kind {
    /** Through the page cache, into a file whose blocks have been written before. */
    PREWRITTEN,
    /** Through the page cache, into a sparse file: the first write of a block allocates it. */
    FRESH,
    /** Past the page cache, into a file whose blocks have been written before. */
    DIRECT
  }

  private static final String FILE_SYSTEM = "io.leat.hadoop.LeatFileSystem";

  private final Kind kind;

  private BackgroundCell cell;
  private boolean closed;

  LeatSystem(Kind kind) {
    this.kind = kind;
  }

  @Override
  public synchronized ClientSetup start(Path directory, long volumeBytes)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the benchmark is ending, no cell is started");
    }
    CellLayout layout = new CellLayout(directory.resolve("cell"));
    Path volume = makeVolume(directory, volumeBytes);
    cell = new BackgroundCell(layout);
    RunFile run =
        cell.start(
            Map.of(
                ConfigKey.VS_VOLUME.template().replace(ConfigKey.NAME, CellLayout.VIRTUAL_SERVER),
                volume.toString(),
                ConfigKey.VOLUME_DIRECT.template(),
                Boolean.toString(kind == Kind.DIRECT)));
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> settings = ClientSettings.of(CellLayout.VIRTUAL_SERVER, run.addresses());
    ClientFiles.write(configuration, settings, FILE_SYSTEM);
    String base = settings.get("fs.defaultFS") + "bench";
    return new ClientSetup(configuration, base, List.of());
  }

  /** Beside the cell, which takes it as it is. */
  private Path makeVolume(Path directory, long bytes) throws IOException {
    Path volume = Files.createDirectories(directory).resolve("volume");
    var unused =
        Volumes.format(
            volume, UUID.randomUUID(), CellLayout.VIRTUAL_SERVER, bytes, kind != Kind.FRESH);
    return volume;
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
