package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import java.io.PrintWriter;

/** What to tell a user about a cell that serves. */
public final class CellReport {

  private CellReport() {}

  /** Where it is and how to use it. */
  public static void started(PrintWriter out, CellLayout layout, RunFile run, boolean already) {
    out.printf(
        "The cell %s at %s (process %d).%n",
        already ? "serves already" : "serves", String.join(", ", run.addresses()), run.pid());
    if (!run.notes().isEmpty()) {
      out.println("Note: " + run.notes());
    }
    out.printf("%n  file system           leat://%s/%n", CellLayout.VIRTUAL_SERVER);
    out.printf("  client configuration  %s%n", layout.coreSite());
    out.printf("  server configuration  %s%n", layout.leatSite());
    out.printf("  log                   %s%n", layout.serverLog());
    out.printf("%nUse it:%n  %s%n", Invocation.fs(layout, "-ls /"));
    out.printf(
        "  hadoop --config %s fs -ls /    (with leat-hadoop.jar on Hadoop's class path)%n",
        layout.conf());
    out.printf("Look and stop:%n  %s%n", Invocation.of("status", layout));
    out.printf("  %s%n", Invocation.of("stop", layout));
    out.flush();
  }
}
