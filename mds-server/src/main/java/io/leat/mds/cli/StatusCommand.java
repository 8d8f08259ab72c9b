package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cell.Sizes;
import io.leat.mds.server.MetadataServer;
import io.leat.wire.proto.MemberDescription;
import io.leat.wire.proto.ServerDescription;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says how a cell is: an embedded one, or as one of its servers sees it. */
@Command(
    name = "status",
    description = {
      "Says whether the embedded cell runs, what it serves and how much is used.",
      "With --mds: the members of a cell and its virtual servers, as one of its servers sees them."
    },
    footer = {
      "",
      "Examples:",
      "  leat status",
      "  leat status --data /tmp/cell --json",
      "  leat status --mds host1:8540",
      "",
      "Exits 0 when the cell serves, 1 when it does not, or when a virtual server has no owner, no"
          + " candidate that could take over, or a metadata device that is left out."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--mds",
      paramLabel = "HOST:PORT",
      description = "A server of a cell, in the place of an embedded cell.")
  private String address;

  @Override
  public Integer call() throws IOException {
    if (address != null) {
      try (ServerQuery query = ServerQuery.connect(address)) {
        return cell(query.server());
      }
    }
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

  private int cell(ServerDescription server) {
    PrintWriter out = spec.commandLine().getOut();
    List<String> troubles =
        server.getVirtualServersList().stream()
            .flatMap(one -> troubles(server.getMds(), one))
            .toList();
    if (json) {
      Map<String, Object> map = Descriptions.server(server);
      map.put("troubles", troubles);
      out.println(Json.of(map));
    } else {
      print(out, server, troubles);
    }
    out.flush();
    return troubles.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void print(PrintWriter out, ServerDescription server, List<String> troubles) {
    Table members = new Table("MEMBER", "ADDRESS", "SOFTWARE", "LEVELS", "OWNS");
    for (MemberDescription member : server.getMembersList()) {
      members.row(
          member.getMds(),
          member.getAddress(),
          member.getSoftware(),
          member.getLevelMin() + "-" + member.getLevelMax(),
          owned(server, member.getMds()));
    }
    members.print(out);
    out.println();
    Table table = new Table("VIRTUAL SERVER", "OWNER", "PREFERRED", "READY", "EPOCH", "LEVEL");
    for (VirtualServerDescription one : server.getVirtualServersList()) {
      table.row(
          one.getName(),
          one.getState().equals(VirtualServerCommand.STOPPED) ? "(stopped)" : one.getOwner(),
          VirtualServerCommand.preferred(one),
          VirtualServerCommand.ready(one),
          one.getEpoch(),
          one.getLevel() == 0 ? "" : one.getLevel());
    }
    table.print(out);
    out.println();
    troubles.forEach(out::println);
    if (troubles.isEmpty()) {
      out.println("All virtual servers are served, and others could take over.");
    }
  }

  private static long owned(ServerDescription server, String mds) {
    return server.getVirtualServersList().stream()
        .filter(one -> one.getEpoch() != 0 && one.getOwner().equals(mds))
        .count();
  }

  /**
   * What is wrong with a virtual server, and what to do.
   *
   * @param asked the server that has told
   */
  private static Stream<String> troubles(String asked, VirtualServerDescription one) {
    if (one.getState().equals(VirtualServerCommand.STOPPED)) {
      return Stream.empty();
    }
    if (one.getPhase().equals(MetadataServer.AWAITS_LANE)) {
      return one.getEpoch() != 0
          ? Stream.empty()
          : Stream.of(
              "%s waits for %s, which stands by when what was written to its lane before has landed"
                  .formatted(one.getName(), asked));
    }
    if (!one.getPhase().isEmpty()) {
      return Stream.of(
          "%s is being taken over by %s, which is in phase %s of its recovery"
              .formatted(one.getName(), asked, one.getPhase()));
    }
    if (one.getEpoch() == 0) {
      return Stream.of(
          "%s has no owner now; if that lasts, look into the logs of its candidates %s"
              .formatted(one.getName(), one.getOrderList()));
    }
    Stream<String> alone =
        one.getOrderCount() > 1
                && one.getCandidatesCount() > 0
                && VirtualServerCommand.ready(one) == 0
            ? Stream.of(
                "%s: nobody could take over from %s; start another of its candidates %s"
                    .formatted(one.getName(), one.getOwner(), one.getOrderList()))
            : Stream.empty();
    return Stream.concat(alone, deviceTroubles(one));
  }

  /** Which metadata devices are left out, and what to do. */
  private static Stream<String> deviceTroubles(VirtualServerDescription one) {
    return one.getMetadataDevicesList().stream()
        .filter(device -> !device.getInSync() || !device.getProblem().isEmpty())
        .map(
            device ->
                device.getProblem().isEmpty()
                    ? "%s: the metadata device %s is being brought up to date; until then another must not fail"
                        .formatted(one.getName(), device.getName())
                    : "%s goes on without the metadata device %s: %s; what is usable again is taken in by itself, and for a new one see 'leat vs replace-device --help'; until then another must not fail"
                        .formatted(one.getName(), device.getName(), device.getProblem()));
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
      if (virtualServer.getSilentSessions() > 0) {
        out.printf(
            "recovering      %d clients from before are silent; others wait for what they may hold%n",
            virtualServer.getSilentSessions());
      }
      deviceTroubles(virtualServer).forEach(trouble -> out.println("WARNING         " + trouble));
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
