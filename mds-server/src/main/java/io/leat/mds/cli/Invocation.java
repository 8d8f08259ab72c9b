package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;

/** Commands to show to the user, written as they would be typed here. */
public final class Invocation {

  /** System property that {@code bin/leat} sets to how it was called. */
  public static final String COMMAND_PROPERTY = "leat.command";

  private Invocation() {}

  /** As {@code bin/leat stop --data DIR}; without the directory where it is the default. */
  public static String of(String command, CellLayout layout) {
    String leat = System.getProperty(COMMAND_PROPERTY, "leat");
    return DataOption.isDefault(layout)
        ? leat + " " + command
        : leat + " " + command + " --data " + layout.root();
  }

  /** {@code leat fs} with arguments. */
  public static String fs(CellLayout layout, String arguments) {
    return of("fs", layout) + " " + arguments;
  }
}
