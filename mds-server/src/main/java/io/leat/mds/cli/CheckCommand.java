package io.leat.mds.cli;

import io.leat.mds.cell.CellInUseException;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cell.StoppedCell;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks virtual servers: those of a stopped cell from their journals, a running one's online. */
@Command(
    name = "check",
    description = {
      "Checks the consistency of virtual servers: names, extents, space, leases, sessions.",
      "",
      "Of a cell that is stopped it makes the image again, from checkpoint and journal, and compares"
          + " the one on this host with it; one that runs checks itself from a snapshot and goes on"
          + " serving."
    },
    footer = {
      "",
      "Examples:",
      "  leat check",
      "  leat check demo --data /tmp/cell --json",
      "  leat check --repair          of a stopped cell, what is safe to repair",
      "",
      "Exits 0 when nothing is found or left, 1 with findings or when it cannot check."
    })
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Parameters(
      paramLabel = "VS",
      arity = "0..1",
      description = "The virtual server; default: all of the cell.")
  private String virtualServer;

  @Option(
      names = "--mds",
      paramLabel = "HOST:PORT",
      description = "A metadata server to ask, in the place of an embedded cell's.")
  private String address;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--offline", description = "Fail if the cell runs, instead of asking it.")
  private boolean offline;

  @Option(
      names = "--repair",
      description =
          "Repair what is safe to, in a stopped cell: each repair is a batch of the journal. Never"
              + " touches blocks with two owners or records that cannot be read.")
  private boolean repair;

  @Override
  public Integer call() throws IOException {
    if (address != null && (offline || repair)) {
      throw new ParameterException(
          spec.commandLine(), "--mds asks a server that runs; without --offline and --repair");
    }
    List<CheckOutcome> outcomes = address == null ? checkCell() : online(address);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(outcomes.stream().map(CheckOutcome::map).toList()));
    } else {
      outcomes.forEach(outcome -> print(out, outcome));
    }
    out.flush();
    boolean clean = outcomes.stream().allMatch(CheckOutcome::isClean);
    return clean ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<CheckOutcome> checkCell() throws IOException {
    CellLayout layout = data.existing();
    try (StoppedCell cell = StoppedCell.take(layout)) {
      return new OfflineCheck(cell, layout).run(Optional.ofNullable(virtualServer), repair);
    } catch (CellInUseException e) {
      if (offline || repair) {
        throw e;
      }
      return online(addressOf(layout, e));
    }
  }

  private static String addressOf(CellLayout layout, CellInUseException inUse) throws IOException {
    Optional<RunFile> run = new BackgroundCell(layout).running();
    if (run.isEmpty()) {
      throw new IOException(
          "%s; it is no background cell: ask it with --mds HOST:PORT".formatted(inUse.getMessage()),
          inUse);
    }
    return run.get().addresses().get(0);
  }

  private List<CheckOutcome> online(String of) throws IOException {
    List<CheckOutcome> outcomes = new ArrayList<>();
    try (ServerQuery query = ServerQuery.connect(of)) {
      for (String name : names(query)) {
        outcomes.add(
            CheckOutcome.of(name, "online, a snapshot of server " + of, query.check(name)));
      }
    }
    return outcomes;
  }

  private List<String> names(ServerQuery query) throws IOException {
    if (virtualServer != null) {
      return List.of(virtualServer);
    }
    return query.server().getVirtualServersList().stream()
        .map(VirtualServerDescription::getName)
        .toList();
  }

  private static void print(PrintWriter out, CheckOutcome outcome) {
    out.printf("virtual server %s: %s%n", outcome.virtualServer(), outcome.how());
    out.printf(
        "  %d files and directories, %d extents, %d ranges of blocks with an owner%n",
        outcome.inodes(), outcome.extents(), outcome.ranges());
    for (String done : outcome.repairs()) {
      out.println("  repaired: " + done);
    }
    for (CheckOutcome.Line line : outcome.findings()) {
      out.printf("  %s %s: %s: %s%n", line.severity(), line.kind(), line.where(), line.message());
      out.println("      repair: " + line.repair());
    }
    long left = outcome.total() - outcome.findings().size();
    if (left > 0) {
      out.printf("  and %d findings more%n", left);
    }
    out.println(
        outcome.isClean()
            ? "  no findings"
            : "  %d findings: %s".formatted(outcome.total(), outcome.counts()));
  }
}
