package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cell.Sizes;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says how an embedded cell is. */
@Command(
    name = "status",
    description = "Says whether the embedded cell runs, what it serves and how much is used.",
    footer = {
      "",
      "Examples:",
      "  leat status",
      "  leat status --data /tmp/cell --json",
      "",
      "Exits 0 when the cell serves, 1 when it does not."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    CellLayout layout = data.existing();
    Optional<RunFile> run = new BackgroundCell(layout).running();
    boolean serves = run.isPresent();
    PrintWriter out = spec.commandLine().getOut();
    if (serves) {
      try (ServerQuery query = ServerQuery.connect(run.get().addresses().get(0))) {
        ServerDescription server =
            query.server().toBuilder()
                .clearVirtualServers()
                .addAllVirtualServers(query.virtualServers())
                .build();
        print(out, layout, run, Optional.of(server));
      }
    } else {
      print(out, layout, run, Optional.empty());
    }
    out.flush();
    return serves ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void print(
      PrintWriter out,
      CellLayout layout,
      Optional<RunFile> run,
      Optional<ServerDescription> server) {
    if (json) {
      out.println(Json.of(map(layout, run, server)));
      return;
    }
    out.println("cell            " + layout.root());
    out.println("state           " + run.map(StatusCommand::state).orElse("not running"));
    server.ifPresent(described -> print(out, described));
    out.println("log             " + layout.serverLog());
  }

  private static String state(RunFile run) {
    return "serving, process %d since %s".formatted(run.pid(), run.started());
  }

  private static void print(PrintWriter out, ServerDescription server) {
    out.println("address         " + server.getAddress());
    out.printf(
        "sockets         %s in, %s out%n",
        Sizes.of(server.getBytesReceived()), Sizes.of(server.getBytesSent()));
    for (VirtualServerDescription virtualServer : server.getVirtualServersList()) {
      out.printf(
          "virtual server  leat://%s/ %s, epoch %d, %d clients, %d open files%n",
          virtualServer.getName(),
          virtualServer.getState(),
          virtualServer.getEpoch(),
          virtualServer.getSessions(),
          virtualServer.getOpenFiles());
      out.printf(
          "volume          %s of %s used by %d files%n",
          Sizes.of(virtualServer.getUsage().getUsedBytes()),
          Sizes.of(virtualServer.getUsage().getCapacityBytes()),
          virtualServer.getUsage().getFiles());
    }
  }

  private static Map<String, Object> map(
      CellLayout layout, Optional<RunFile> run, Optional<ServerDescription> server) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("directory", layout.root());
    map.put("running", run.isPresent());
    map.put("pid", run.map(RunFile::pid).orElse(null));
    map.put("started", run.map(RunFile::started).orElse(null));
    map.put("log", layout.serverLog());
    map.put("clientConfiguration", layout.coreSite());
    map.put("server", server.map(Descriptions::server).orElse(null));
    return map;
  }
}
