package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which cell is meant; a part of many commands. */
public final class DataOption {

  /** Environment variable for the directory. */
  public static final String ENVIRONMENT = "LEAT_DATA";

  /** System property that {@code bin/leat} sets to the directory above {@code bin}. */
  public static final String HOME_PROPERTY = "leat.home";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Directory of the cell. Default: $LEAT_DATA, else leat-data beside bin/ of this"
              + " installation.")
  private Path directory;

  /** The cell's directory, whether or not a cell stands there. */
  public CellLayout layout() {
    return new CellLayout(directory == null ? defaultDirectory() : directory);
  }

  /**
   * The cell's directory.
   *
   * @throws CommandFailure when no cell stands there
   */
  public CellLayout existing() throws CommandFailure {
    CellLayout layout = layout();
    if (!layout.exists()) {
      throw new CommandFailure(
          "there is no cell in %s; start one with '%s'"
              .formatted(layout.root(), Invocation.of("start", layout)));
    }
    return layout;
  }

  /** Whether this is the cell that is meant without the option. */
  static boolean isDefault(CellLayout layout) {
    return layout.equals(new CellLayout(defaultDirectory()));
  }

  private static Path defaultDirectory() {
    String chosen = System.getenv(ENVIRONMENT);
    if (chosen != null && !chosen.isBlank()) {
      return Path.of(chosen);
    }
    return Path.of(System.getProperty(HOME_PROPERTY, ""), "leat-data");
  }
}
