package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.VirtualServerDescription;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
    footer = {
      "",
      "Examples:",
      "  leat vs list",
      "  leat vs show demo --json",
      "  leat vs takeover demo --by mds2"
    })
final class VirtualServerCommand implements Runnable {
  private static final String SERVING = "SERVING";

  /** From the change of the owner to its first answer. */
  private static final int SERVED_SECONDS_MAX = 30;

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "vs list, show, takeover or giveback?");
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
    try (ServerQuery query = server.connectToOwner(name)) {
      one =
          query.virtualServer(name).toBuilder()
              .addAllCandidates(query.known(name).getCandidatesList())
              .build();
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

  @Command(
      name = "takeover",
      description = {
        "Makes another candidate the owner of a virtual server.",
        "Everything that was answered is durable before; clients go to the new owner by themselves."
      })
  int takeOver(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(
              names = "--by",
              paramLabel = "MDS",
              defaultValue = "",
              description =
                  "The candidate that takes over; without this the first one that stands by ready.")
          String by,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    return change(server, name, HandOver.newBuilder().setTo(by).build(), json);
  }

  @Command(
      name = "giveback",
      description = "Gives a virtual server back to its preferred candidate, the first in order.")
  int giveBack(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    return change(server, name, HandOver.newBuilder().setPreferred(true).build(), json);
  }

  private int change(ServerOption server, String name, HandOver how, boolean json)
      throws IOException {
    long start = System.nanoTime();
    HandedOver handedOver;
    try (ServerQuery query = server.connectToOwner(name)) {
      handedOver = query.handOver(name, how);
    }
    VirtualServerDescription served = awaitServed(name, handedOver);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(Descriptions.virtualServer(served)));
    } else {
      out.printf(
          "leat://%s/ is owned by %s at %s under epoch %d, after %d ms%n",
          name, served.getOwner(), served.getAddress(), served.getEpoch(), millis);
    }
    out.flush();
    return 0;
  }

  /** Waits until the new owner serves. */
  private static VirtualServerDescription awaitServed(String name, HandedOver handedOver)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVED_SECONDS_MAX);
    try (ServerQuery query = ServerQuery.connect(handedOver.getAddress())) {
      VirtualServerDescription known = query.known(name);
      while (!isServedBy(handedOver.getOwner(), known)) {
        if (System.nanoTime() > end) {
          throw new CommandFailure(
              "virtual server %s was handed over to %s at %s, which does not serve it after %d s; it is %s, see its log"
                  .formatted(
                      name,
                      handedOver.getOwner(),
                      handedOver.getAddress(),
                      SERVED_SECONDS_MAX,
                      known.getState()));
        }
        LockSupport.parkNanos(POLL_NANOS);
        known = query.known(name);
      }
      return query.virtualServer(name);
    }
  }

  private static boolean isServedBy(String owner, VirtualServerDescription known) {
    return known.getOwner().equals(owner) && known.getState().equals(SERVING);
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
    for (CandidateDescription candidate : one.getCandidatesList()) {
      out.printf(
          "candidate       %s, %s, batch %d%n",
          candidate.getMds(), candidate.getState(), candidate.getBatch());
    }
    for (VolumeDescription volume : one.getVolumesList()) {
      out.printf(
          "volume          %s at %s%s%n",
          volume.getName(), volume.getPath(), volume.getDirect() ? ", direct" : "");
    }
  }
}
