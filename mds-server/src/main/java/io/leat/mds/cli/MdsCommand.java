package io.leat.mds.cli;

import io.leat.mds.cell.ServerProcess;
import io.leat.mds.config.LeatConfiguration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Metadata servers of real deployments. */
@Command(
    name = "mds",
    synopsisSubcommandLabel = "COMMAND",
    description = "A metadata server, for real deployments.",
    footer = {"", "Example:", "  leat mds start --conf /etc/leat"})
final class MdsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "mds start?");
  }

  @Command(
      name = "start",
      description = {
        "Runs one metadata server in the foreground until SIGTERM or Ctrl-C.",
        "It reads DIR/leat-site.xml; docs/configuration.md lists the keys.",
        "bin/systemd has a unit that starts it, and starts it again if it ends."
      },
      footer = {"", "Example:", "  leat mds start --conf /etc/leat"})
  int start(
      @Option(
              names = "--conf",
              required = true,
              paramLabel = "DIR",
              description = "Directory with leat-site.xml.")
          Path directory)
      throws IOException, InterruptedException {
    LeatConfiguration configuration = LeatConfiguration.load(directory, Map.of(), Map.of());
    ServerProcess server = ServerProcess.start(configuration);
    PrintWriter out = spec.commandLine().getOut();
    Supervisor supervisor = Supervisor.here();
    out.printf("Metadata server %s serves at %s.%n", configuration.mds().name(), server.address());
    out.println(supervisor.describe());
    out.flush();
    supervisor.ready("has joined the cell, at " + server.address());
    Lifetime.untilTerminated(server);
    return 0;
  }
}
