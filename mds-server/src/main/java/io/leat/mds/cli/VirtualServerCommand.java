package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.VirtualServerDescription;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Virtual servers: the namespaces of a cell. */
@Command(
    name = "vs",
    synopsisSubcommandLabel = "COMMAND",
    description = "Virtual servers: each is a namespace, leat://NAME/, owned by one server.",
    footer = {"", "Examples:", "  leat vs list", "  leat vs show demo --json"})
final class VirtualServerCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "vs list or vs show?");
  }

  @Command(name = "list", description = "Lists the virtual servers of a metadata server.")
  int list(
      @Mixin ServerOption server,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    List<VirtualServerDescription> all;
    try (ServerQuery query = server.connect()) {
      all = query.virtualServers();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(all.stream().map(Descriptions::virtualServer).toList()));
    } else {
      table(all).print(out);
    }
    out.flush();
    return 0;
  }

  private static Table table(List<VirtualServerDescription> all) {
    Table table = new Table("NAME", "STATE", "OWNER", "EPOCH", "CLIENTS", "FILES", "USED", "OF");
    for (VirtualServerDescription one : all) {
      Usage usage = one.getUsage();
      table.row(
          one.getName(),
          one.getState(),
          one.getOwner(),
          one.getEpoch(),
          one.getSessions(),
          usage.getFiles(),
          Sizes.of(usage.getUsedBytes()),
          Sizes.of(usage.getCapacityBytes()));
    }
    return table;
  }

  @Command(name = "show", description = "Shows one virtual server.")
  int show(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    VirtualServerDescription one;
    try (ServerQuery query = server.connect()) {
      one = query.virtualServer(name);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(Descriptions.virtualServer(one)));
    } else {
      print(out, one);
    }
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, VirtualServerDescription one) {
    Usage usage = one.getUsage();
    out.printf("virtual server  leat://%s/%n", one.getName());
    out.printf("state           %s%n", one.getState());
    out.printf(
        "owner           %s at %s, epoch %d%n", one.getOwner(), one.getAddress(), one.getEpoch());
    out.printf("journal         batch %d%n", one.getBatch());
    out.printf("operations      %d%n", one.getOperations());
    out.printf("unsynced        %d commits%n", one.getUnsyncedCommits());
    out.printf("clients         %d, %d open files%n", one.getSessions(), one.getOpenFiles());
    out.printf(
        "tokens          %d grants, %s of memory%n",
        one.getGrants(), Sizes.of(one.getServiceBytes()));
    out.printf(
        "used            %s of %s by %d files%n",
        Sizes.of(usage.getUsedBytes()), Sizes.of(usage.getCapacityBytes()), usage.getFiles());
    for (VolumeDescription volume : one.getVolumesList()) {
      out.printf(
          "volume          %s at %s%s%n",
          volume.getName(), volume.getPath(), volume.getDirect() ? ", direct" : "");
    }
  }
}
