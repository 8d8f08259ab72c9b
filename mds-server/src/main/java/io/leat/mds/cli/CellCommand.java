package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import io.leat.mds.cell.RunFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The inside of the background process. */
@Command(name = "cell", hidden = true, description = "Internal: the process of an embedded cell.")
final class CellCommand {
  private static final Logger LOG = LoggerFactory.getLogger(CellCommand.class);

  /** Runs a cell in this process until it is told to end. */
  @Command(name = "run", description = "Runs the cell in this process.")
  int run(
      @Mixin DataOption data,
      @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A server's setting.")
          Map<String, String> settings)
      throws IOException, InterruptedException {
    CellLayout layout = data.layout();
    CellOptions options =
        CellOptions.at(layout.root()).with(settings == null ? Map.of() : settings);
    Lifetime.untilTerminated(start(layout, options));
    return 0;
  }

  private static Closeable start(CellLayout layout, CellOptions options) throws IOException {
    try {
      EmbeddedCell cell = EmbeddedCell.start(options);
      RunFile.ofThisProcess(cell).write(layout);
      return () -> {
        cell.close();
        RunFile.delete(layout);
      };
    } catch (IOException | RuntimeException e) {
      LOG.error("the cell in {} does not start", layout.root(), e);
      throw e;
    }
  }
}
