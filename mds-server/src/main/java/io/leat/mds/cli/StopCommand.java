package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cli.BackgroundCell.Stopped;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Stops an embedded cell. */
@Command(
    name = "stop",
    description = {
      "Stops the embedded cell; its files stay, and the next start finds them.",
      "A process that does not end in order within 30 s is killed, which loses nothing that was"
          + " acknowledged."
    },
    footer = {
      "",
      "Example:",
      "  leat stop --data /tmp/cell",
      "",
      "Stopping a cell that does not run is no error."
    })
final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Override
  public Integer call() throws Exception {
    CellLayout layout = data.existing();
    Stopped stopped = new BackgroundCell(layout).stop();
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        switch (stopped) {
          case NOT_RUNNING -> "No cell is running in " + layout.root() + ".";
          case IN_ORDER -> "The cell in " + layout.root() + " has stopped.";
          case BY_FORCE ->
              "The cell in "
                  + layout.root()
                  + " did not stop in order and was killed; see "
                  + layout.serverLog()
                  + ".";
        });
    out.flush();
    return 0;
  }
}
