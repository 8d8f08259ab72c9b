package io.leat.benchmarks;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.cli.CommandProvider;
import io.leat.mds.cli.DataOption;
import io.leat.mds.cli.ServerQuery;
import io.leat.wire.proto.ServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A cell and real jobs on it, with one command. */
@Command(
    name = "quickstart",
    description = {
      "Starts an embedded cell, if it does not run, and runs real MapReduce jobs on leat://demo/:",
      "TeraGen, TeraSort, TeraValidate, then TestDFSIO write and read. Prints what they moved and"
          + " how little of it passed the metadata server, and leaves the cell running."
    },
    footer = {
      "",
      "Examples:",
      "  leat quickstart --small                      1,000,000 rows, 4 files of 64 MiB",
      "  leat quickstart --data /tmp/cell             10,000,000 rows, 4 files of 256 MiB",
      "",
      "A second run replaces the first one's output, /user/NAME/quickstart."
    })
public final class QuickstartCommand implements CommandProvider, Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--small", description = "Less data: done in a minute or two.")
  private boolean small;

  @Override
  public String name() {
    return "quickstart";
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    CellLayout layout = data.layout();
    RunFile cell = start(out, layout);
    Path log = layout.logs().resolve("quickstart.log");
    out.println("Running MapReduce jobs on leat://demo/ (their log: " + log + ")");
    out.flush();
    JobRun run = new JobRun(out, log);
    String address = cell.addresses().get(0);
    ServerDescription before = describe(address);
    run.await(jobs(layout));
    ServerDescription after = describe(address);
    QuickstartReport report = new QuickstartReport(run.steps(), run.movedBytes(), before, after);
    report.print(out, layout);
    report.requireDirect();
    return 0;
  }

  private static RunFile start(PrintWriter out, CellLayout layout)
      throws IOException, InterruptedException {
    BackgroundCell cell = new BackgroundCell(layout);
    if (cell.running().isEmpty()) {
      out.println("Starting a cell in " + layout.root() + " ...");
      out.flush();
    }
    RunFile run = cell.start(Map.of());
    out.printf("The cell serves at %s.%n", String.join(", ", run.addresses()));
    if (!run.notes().isEmpty()) {
      out.println("Note: " + run.notes());
    }
    return run;
  }

  private static ServerDescription describe(String address) throws IOException {
    try (ServerQuery query = ServerQuery.connect(address)) {
      return query.server();
    }
  }

  private ProcessBuilder jobs(CellLayout layout) throws IOException {
    QuickstartPlan plan = small ? QuickstartPlan.SMALL : QuickstartPlan.FULL;
    Path temporary = Files.createDirectories(layout.tmp().resolve("quickstart"));
    List<String> arguments =
        List.of(
            Long.toString(plan.rows()),
            Integer.toString(plan.files()),
            Integer.toString(plan.megabytes()),
            temporary.toString(),
            layout.logs().toString());
    // MapReduce's local runner links cached files into the working directory.
    return ClientJvm.of(layout.conf())
        .run(List.of("-Xmx1500m", "-Dleat.log.level=INFO"), QuickstartJobs.class, arguments)
        .directory(temporary.toFile());
  }
}
