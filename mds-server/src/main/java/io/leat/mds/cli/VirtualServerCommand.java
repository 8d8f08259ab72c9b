package io.leat.mds.cli;

import io.leat.mds.cell.Sizes;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.DeviceMetadataArea;
import io.leat.mds.server.MetadataServer;
import io.leat.volume.Volume;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.CreateVirtualServer;
import io.leat.wire.proto.HandOver;
import io.leat.wire.proto.HandedOver;
import io.leat.wire.proto.LaneDescription;
import io.leat.wire.proto.MemberDescription;
import io.leat.wire.proto.MetadataDeviceDescription;
import io.leat.wire.proto.Upgraded;
import io.leat.wire.proto.Usage;
import io.leat.wire.proto.VirtualServerDescription;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;
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
  private static final String STANDBY = "STANDBY";
  static final String STOPPED = "STOPPED";

  /** From the change of the owner to its first answer. */
  private static final int SERVED_SECONDS_MAX = 30;

  /** Until a new metadata device has what a recovery needs: a checkpoint, mostly. */
  private static final int IN_SYNC_SECONDS_MAX = 300;

  private static final long SYNC_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "vs list, show, create, start, stop, takeover, giveback, upgrade, replace-device or lanes?");
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
    Table table =
        new Table(
            "NAME",
            "STATE",
            "OWNER",
            "PREFERRED",
            "READY",
            "EPOCH",
            "CLIENTS",
            "FILES",
            "USED",
            "OF");
    for (VirtualServerDescription one : all) {
      Usage usage = one.getUsage();
      table.row(
          one.getName(),
          one.getState(),
          one.getOwner(),
          preferred(one),
          ready(one),
          one.getEpoch(),
          one.getSessions(),
          usage.getFiles(),
          Sizes.of(usage.getUsedBytes()),
          Sizes.of(usage.getCapacityBytes()));
    }
    return table;
  }

  /** Who should own it. */
  static String preferred(VirtualServerDescription one) {
    return one.getOrderCount() == 0 ? "" : one.getOrder(0);
  }

  /** How many could take over at once. */
  static long ready(VirtualServerDescription one) {
    return one.getCandidatesList().stream()
        .filter(candidate -> candidate.getState().equals(STANDBY) && candidate.getBatch() > 0)
        .count();
  }

  @Command(
      name = "create",
      description = {
        "Makes a virtual server of the cell, and its metadata area and volume where they are not"
            + " there yet.",
        "Paths are those of the server that is asked; every candidate has to reach them by the same"
            + " ones."
      },
      footer = {
        "",
        "Examples:",
        "  leat vs create data --size 1t",
        "  leat vs create data --metadata device:/dev/mapper/md --volume /dev/mapper/data --direct",
        "  leat vs create data --metadata /disk1/data,/disk2/data,/disk3/data --size 1t",
        "  leat vs create data --metadata device:/dev/mapper/md --existing   after ZooKeeper's data was lost"
      })
  int create(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "Its name, as in leat://NAME/.") String name,
      @Option(
              names = "--metadata",
              paramLabel = "DIR[,DIR,DIR]|device:DEVICE",
              defaultValue = "",
              description =
                  "Its metadata area; by default a directory below the server's home. Of three"
                      + " directories, on a disk each, any two are enough. A blank block device that"
                      + " all candidates' hosts reach lets each of them take over.")
          String metadata,
      @Option(
              names = "--volume",
              paramLabel = "FILE",
              defaultValue = "",
              description = "Its volume; by default a file below the server's home.")
          String volume,
      @Option(
              names = "--size",
              paramLabel = "SIZE",
              defaultValue = "0",
              description = "Of the volume, if it is to be made, as 100g or 1t.")
          String size,
      @Option(names = "--direct", description = "Read and write it past the page cache.")
          boolean direct,
      @Option(
              names = "--candidates",
              split = ",",
              paramLabel = "MDS",
              description =
                  "Who may own it, the preferred one first; without this the cell chooses, and gives"
                      + " all members equal shares.")
          List<String> candidates,
      @Option(
              names = "--journal-segment",
              paramLabel = "SIZE",
              defaultValue = "64m",
              description =
                  "Of its journal; each candidate has a ring of 8. Default ${DEFAULT-VALUE}.")
          String segment,
      @Option(
              names = "--drain",
              paramLabel = "SECONDS",
              description =
                  "For metadata on a device: longer than every time-out on the way to it, so that a"
                      + " write which failed has landed by then, or never will. A server that did not"
                      + " stop in order, or whose write failed, serves again only after this; others"
                      + " take over at once. Default 60.")
          Integer drain,
      @Option(names = "--existing", description = "Take what stands in the metadata area.")
          boolean existing)
      throws IOException {
    CreateVirtualServer.Builder wanted =
        CreateVirtualServer.newBuilder()
            .setName(name)
            .setMetadata(metadata)
            .setVolume(volume)
            .setVolumeSize(bytes("--size", size, Long.MAX_VALUE))
            .setDirect(direct)
            .setSegmentBytes(
                (int) bytes("--journal-segment", segment, AreaIdentity.SEGMENT_BYTES_MAX))
            .setDrainMillis(drainMillis(drain))
            .setExisting(existing);
    if (candidates != null) {
      wanted.addAllCandidates(candidates);
    }
    try (ServerQuery query = server.connect()) {
      query.create(wanted.build());
      return served(awaitKnown(query, name, one -> one.getEpoch() != 0));
    }
  }

  /** 0 for the default. */
  private int drainMillis(Integer seconds) {
    if (seconds == null) {
      return 0;
    }
    long millis = TimeUnit.SECONDS.toMillis(seconds);
    if (millis < 1 || millis > DeviceMetadataArea.DRAIN_MILLIS_MAX) {
      throw new ParameterException(
          spec.commandLine(),
          "--drain is %d, must be 1 to %d"
              .formatted(
                  seconds, TimeUnit.MILLISECONDS.toSeconds(DeviceMetadataArea.DRAIN_MILLIS_MAX)));
    }
    return (int) millis;
  }

  private long bytes(String option, String size, long max) {
    try {
      long bytes = TraditionalBinaryPrefix.string2long(size);
      if (bytes >= 0 && bytes <= max) {
        return bytes / Volume.BLOCK_SIZE * Volume.BLOCK_SIZE;
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "%s is '%s', write 100g".formatted(option, size), e);
    }
    throw new ParameterException(
        spec.commandLine(), "%s is %s, must be 0 to %d".formatted(option, size, max));
  }

  @Command(name = "start", description = "Lets a virtual server be served again.")
  int start(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name)
      throws IOException {
    try (ServerQuery query = server.connect()) {
      query.setStarted(name, true);
      return served(awaitKnown(query, name, one -> one.getEpoch() != 0));
    }
  }

  @Command(
      name = "stop",
      description = {
        "Takes a virtual server out of service, on all servers, until 'leat vs start'.",
        "Clients' calls fail from then on."
      })
  int stop(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name)
      throws IOException {
    try (ServerQuery query = server.connect()) {
      query.setStarted(name, false);
      for (MemberDescription member : query.server().getMembersList()) {
        awaitStopped(member.getAddress(), name);
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf("leat://%s/ is stopped; 'leat vs start %s' serves it again%n", name, name);
    out.flush();
    return 0;
  }

  private static void awaitStopped(String address, String name) throws IOException {
    try (ServerQuery query = ServerQuery.connect(address)) {
      VirtualServerDescription unused =
          awaitKnown(query, name, one -> one.getState().equals(STOPPED));
    }
  }

  private int served(VirtualServerDescription one) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "leat://%s/ is owned by %s at %s; candidates %s%n",
        one.getName(), one.getOwner(), one.getAddress(), one.getOrderList());
    out.flush();
    return 0;
  }

  /** Waits until the server knows it to be so; the drain time of its device does not count. */
  private static VirtualServerDescription awaitKnown(
      ServerQuery query, String name, Predicate<VirtualServerDescription> such) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVED_SECONDS_MAX);
    while (true) {
      Optional<VirtualServerDescription> known =
          query.server().getVirtualServersList().stream()
              .filter(one -> one.getName().equals(name))
              .findFirst();
      if (known.filter(such).isPresent()) {
        return known.get();
      }
      if (known
          .map(VirtualServerDescription::getPhase)
          .filter(MetadataServer.AWAITS_LANE::equals)
          .isPresent()) {
        end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SERVED_SECONDS_MAX);
      } else if (System.nanoTime() > end) {
        throw new CommandFailure(
            "virtual server %s is %s after %d s; see 'leat vs list' and the servers' logs"
                .formatted(
                    name,
                    known.map(VirtualServerDescription::getState).orElse("not known"),
                    SERVED_SECONDS_MAX));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  @Command(name = "show", description = "Shows one virtual server.")
  int show(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws IOException {
    VirtualServerDescription one;
    try (ServerQuery query = server.connectToOwner(name)) {
      one = query.owned(name);
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

  @Command(
      name = "upgrade",
      description = {
        "Lets a virtual server use what the newest software knows, after all servers were upgraded.",
        "Until then servers of both versions may serve it, and the way back is open. Afterwards older"
            + " software is refused."
      })
  int upgrade(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name)
      throws IOException {
    try (ServerQuery query = server.connect()) {
      Upgraded upgraded = query.upgrade(name);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          "leat://%s/ was at level %d and is at level %d; software that does not know it is refused%n",
          name, upgraded.getFrom(), upgraded.getTo());
      out.flush();
    }
    return 0;
  }

  @Command(
      name = "replace-device",
      description = {
        "Puts a new device in the place of a metadata device that is lost, of three.",
        "The virtual server goes on meanwhile. No other server of this host may stand by for it, and"
            + " the lost device is never used again, whatever it holds."
      },
      footer = {
        "",
        "Example, with a new disk at /disk3:",
        "  mkdir /disk3/data",
        "  leat vs replace-device data --path /disk3/data"
      })
  int replaceDevice(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(
              names = "--path",
              required = true,
              paramLabel = "DIR",
              description =
                  "Where the lost one was, as 'leat vs show' names it, and now an empty directory"
                      + " is.")
          String path)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (ServerQuery query = server.connectToOwner(name)) {
      String standsOn = query.replaceDevice(name, path);
      out.printf("%s is a new metadata device, on %s; it is brought up to date%n", path, standsOn);
      out.flush();
      awaitInSync(query, name, path);
    }
    out.printf("all metadata devices of leat://%s/ are in sync%n", name);
    out.flush();
    return 0;
  }

  private static void awaitInSync(ServerQuery query, String name, String path) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(IN_SYNC_SECONDS_MAX);
    while (true) {
      List<MetadataDeviceDescription> devices = query.known(name).getMetadataDevicesList();
      if (!devices.isEmpty() && devices.stream().allMatch(MetadataDeviceDescription::getInSync)) {
        return;
      }
      if (System.nanoTime() > end) {
        throw new CommandFailure(
            "%s is not in sync after %d s; 'leat vs show %s' says more"
                .formatted(path, IN_SYNC_SECONDS_MAX, name));
      }
      LockSupport.parkNanos(SYNC_POLL_NANOS);
    }
  }

  @Command(
      name = "lanes",
      description = {
        "Shows which servers have a lane in the metadata area of a virtual server: a place of their"
            + " own to write, which they keep for good.",
        "When all lanes are given, no other server can become a candidate until one is freed."
      },
      footer = {
        "",
        "Examples:",
        "  leat vs lanes data",
        "  leat vs lanes data --free 3   its server will never run again with the directory it had"
      })
  int lanes(
      @Mixin ServerOption server,
      @Parameters(paramLabel = "NAME", description = "The virtual server.") String name,
      @Option(
              names = "--free",
              paramLabel = "LANE",
              description =
                  "Make this lane nobody's. Only for a server that has ended for certain, as its host"
                      + " is off or was made anew: what a paused one writes later may damage what the"
                      + " next one has written.")
          Integer free)
      throws IOException {
    List<LaneDescription> lanes;
    try (ServerQuery query = server.connectToOwner(name)) {
      lanes = query.lanes(name, free == null ? OptionalInt.empty() : OptionalInt.of(free));
    }
    Table table = new Table("LANE", "SERVER", "STATE");
    for (int lane = 0; lane < lanes.size(); lane++) {
      table.row(lane, lanes.get(lane).getMds(), lanes.get(lane).getState());
    }
    PrintWriter out = spec.commandLine().getOut();
    table.print(out);
    out.flush();
    return 0;
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
    try (ServerQuery query = ServerQuery.connect(handedOver.getAddress())) {
      VirtualServerDescription unused =
          awaitKnown(query, name, known -> isServedBy(handedOver.getOwner(), known));
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
    if (one.getSilentSessions() > 0) {
      out.printf("recovering      %d clients are silent%n", one.getSilentSessions());
    }
    out.printf("level           %d%n", one.getLevel());
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
    out.printf("candidates      %s%n", String.join(", ", one.getOrderList()));
    for (CandidateDescription candidate : one.getCandidatesList()) {
      out.printf(
          "candidate       %s, %s, batch %d%n",
          candidate.getMds(), candidate.getState(), candidate.getBatch());
    }
    for (MetadataDeviceDescription device : one.getMetadataDevicesList()) {
      out.printf(
          "metadata        %s, %s%n",
          device.getName(),
          !device.getProblem().isEmpty()
              ? "left out: " + device.getProblem()
              : device.getInSync() ? "in sync" : "being brought up to date");
    }
    for (VolumeDescription volume : one.getVolumesList()) {
      out.printf(
          "volume          %s at %s%s%n",
          volume.getName(), volume.getPath(), volume.getDirect() ? ", direct" : "");
    }
  }
}
