package io.leat.benchmarks;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.cli.CommandFailure;
import io.leat.mds.cli.CommandProvider;
import io.leat.mds.cli.DataOption;
import io.leat.mds.cli.Invocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hadoop's FsShell on a cell. */
@Command(
    name = "fs",
    description = "Hadoop's file system shell; paths without a scheme are the cell's.",
    customSynopsis = "leat fs [--data DIR | --conf DIR] -COMMAND [ARGS...]",
    footer = {
      "",
      "Examples:",
      "  leat fs -ls /",
      "  leat fs -mkdir -p /tmp/a",
      "  leat fs -put README.md /tmp/a/",
      "  leat fs -cat leat://demo/tmp/a/README.md",
      "  leat fs -help",
      "",
      "Exits as FsShell does."
    })
public final class FsCommand implements CommandProvider, Callable<Integer> {
  private static final List<String> JVM_FLAGS =
      List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  @Mixin private DataOption data;

  @Option(
      names = "--conf",
      paramLabel = "DIR",
      description = "Directory with a client's core-site.xml, in the place of the cell's.")
  private Path configuration;

  @Parameters(paramLabel = "ARGS", description = "What FsShell takes.")
  private List<String> arguments = List.of();

  @Override
  public String name() {
    return "fs";
  }

  @Override
  public Object command() {
    // Everything from FsShell's own command on is FsShell's, as -head and -help, which look like
    // -h.
    return new CommandLine(this)
        .setPosixClusteredShortOptionsAllowed(false)
        .setUnmatchedOptionsArePositionalParams(true)
        .setStopAtPositional(true);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClientJvm jvm = ClientJvm.of(configuration == null ? runningCell() : configuration);
    return jvm.run(JVM_FLAGS, "org.apache.hadoop.fs.FsShell", arguments)
        .inheritIO()
        .start()
        .waitFor();
  }

  private Path runningCell() throws IOException {
    CellLayout layout = data.existing();
    if (new BackgroundCell(layout).running().isEmpty()) {
      throw new CommandFailure(
          "the cell in %s is not running; start it with '%s'"
              .formatted(layout.root(), Invocation.of("start", layout)));
    }
    return layout.conf();
  }
}
