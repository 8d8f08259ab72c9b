package io.leat.mds.server;

import io.leat.coordination.Coordination;
import io.leat.coordination.MemberInfo;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.operation.Replies;
import io.leat.mds.takeover.Balance;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.volume.Volumes;
import io.leat.wire.proto.CreateVirtualServer;
import io.leat.wire.proto.DeviceReplaced;
import io.leat.wire.proto.Done;
import io.leat.wire.proto.LaneList;
import io.leat.wire.proto.Lanes;
import io.leat.wire.proto.ReplaceDevice;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SetStarted;
import io.leat.wire.proto.Upgraded;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, starts, stops and upgrades virtual servers of the cell, replaces their metadata devices
 * and frees their lanes, on the roster's thread.
 */
final class Administration {

  private static final Logger LOG = LoggerFactory.getLogger(Administration.class);

  /** So that the largest batch fits. */
  private static final int SEGMENT_BYTES_MIN =
      JournalFormat.PAYLOAD_BYTES_MAX + 2 * JournalFormat.BLOCK;

  private final MdsConfig config;
  private final Coordination coordination;
  private final Roster roster;
  private final Function<String, VirtualServerHost> hosts;

  /**
   * @param hosts those of this server by name; null for others
   */
  Administration(
      MdsConfig config,
      Coordination coordination,
      Roster roster,
      Function<String, VirtualServerHost> hosts) {
    this.config = config;
    this.coordination = coordination;
    this.roster = roster;
    this.hosts = hosts;
  }

  /** Whether a request is one of these. */
  static boolean isMeant(Request request) {
    return request.hasCreateVirtualServer()
        || request.hasSetStarted()
        || request.hasUpgradeVirtualServer()
        || request.hasReplaceDevice()
        || request.hasLanes();
  }

  /** Does what is asked for, and calls {@code then} on the roster's thread. */
  void submit(Request request, Caller caller, Consumer<Reply> then) {
    try {
      Access.requireSuperuser(caller, "make or change a virtual server");
      roster.execute(() -> then.accept(answer(request)));
    } catch (LeatException e) {
      then.accept(Replies.error(e));
    } catch (RejectedExecutionException e) {
      LOG.info("Refused, for the server ends: {}", e.getMessage());
      then.accept(
          Replies.error(new LeatException(ErrorCode.OVERLOADED, "The metadata server is ending")));
    }
  }

  private Reply answer(Request request) {
    try {
      if (request.hasUpgradeVirtualServer()) {
        return upgrade(request.getUpgradeVirtualServer().getName());
      }
      if (request.hasReplaceDevice()) {
        return replaceDevice(request.getReplaceDevice());
      }
      if (request.hasLanes()) {
        return lanes(request.getLanes());
      }
      if (request.hasSetStarted()) {
        setStarted(request.getSetStarted());
      } else {
        create(request.getCreateVirtualServer());
      }
      return Reply.newBuilder().setDone(Done.getDefaultInstance()).build();
    } catch (LeatException e) {
      return Replies.error(e);
    } catch (IOException | RuntimeException e) {
      LOG.warn("Not done: {}", request.getOperationCase(), e);
      return Replies.error(refused(e.getMessage() == null ? e.toString() : e.getMessage()));
    }
  }

  private static LeatException refused(String why) {
    return new LeatException(ErrorCode.INVALID_ARGUMENT, why);
  }

  private VirtualServerConfig entry(String name) throws IOException {
    return coordination
        .virtualServers()
        .read(VirtualServerConfig.requireValidName(name))
        .orElseThrow(() -> refused("the cell has no virtual server " + name));
  }

  /**
   * Older servers that are not there now are refused when they come. Whoever owns the virtual
   * server learns of it with its next term.
   */
  private Reply upgrade(String name) throws IOException {
    List<MemberInfo> members = coordination.membership().members();
    int newest = Levels.newestOf(members);
    String text = entry(name).pointer();
    MetadataPointer pointer =
        MetadataPointer.parse(text)
            .orElseThrow(() -> refused("the metadata of %s stands in '%s'".formatted(name, text)));
    try (MetadataArea area = pointer.open(name)) {
      VirtualServerDefinition now = VirtualServerDefinition.read(area);
      if (isAt(newest, area)) {
        throw refused(
            "virtual server %s is at level %d, and not all members know a newer one: %s"
                .formatted(
                    name,
                    now.level(),
                    Levels.oldestOf(members)
                        .map(one -> one.name() + ", " + one.softwareVersion())
                        .orElse("none is there")));
      }
      requireAllDevices(name, area);
      area.configure(now.at(newest).encode());
      requireAllDevices(name, area);
      if (!isAt(newest, area)) {
        throw refused("not all metadata devices of " + name + " have taken the new level; repeat");
      }
      LOG.info("{}: raised from level {} to {}", name, now.level(), newest);
      return Reply.newBuilder()
          .setUpgraded(Upgraded.newBuilder().setFrom(now.level()).setTo(newest))
          .build();
    }
  }

  /** Whether all devices say so, or of a newer one; an attempt may have been cut short. */
  private static boolean isAt(int level, MetadataArea area) throws IOException {
    return VirtualServerDefinition.readEach(area).stream().allMatch(one -> one.level() >= level);
  }

  /** So that nobody reads an older level from one of them. */
  private static void requireAllDevices(String name, MetadataArea area) throws LeatException {
    for (DeviceState device : area.devices()) {
      if (!device.problem().isEmpty()) {
        throw refused(
            "the metadata device %s of %s cannot be used: %s; make it usable again first"
                .formatted(device.name(), name, device.problem()));
      }
    }
  }

  private VirtualServerHost served(String name) throws LeatException {
    VirtualServerHost host = hosts.apply(name);
    if (host == null) {
      throw refused("this server does not serve " + name + "; ask its owner");
    }
    return host;
  }

  private Reply lanes(Lanes wanted) throws IOException {
    OptionalInt free = wanted.hasFree() ? OptionalInt.of(wanted.getFree()) : OptionalInt.empty();
    return Reply.newBuilder()
        .setLaneList(LaneList.newBuilder().addAllLanes(served(wanted.getName()).lanes(free)))
        .build();
  }

  private Reply replaceDevice(ReplaceDevice wanted) throws IOException {
    String name = wanted.getName();
    VirtualServerHost host = served(name);
    Path path = path(wanted.getPath(), Path.of(""));
    host.replaceDevice(path.toString());
    FileStore standsOn = Files.getFileStore(path);
    LOG.info("{}: {} is a new metadata device, on {}", name, path, standsOn);
    return Reply.newBuilder()
        .setDeviceReplaced(
            DeviceReplaced.newBuilder()
                .setStandsOn("%s (%s)".formatted(standsOn.name(), standsOn.type())))
        .build();
  }

  private void setStarted(SetStarted wanted) throws IOException {
    VirtualServerConfig entry = entry(wanted.getName());
    if (entry.started() != wanted.getStarted()) {
      VirtualServerConfig unused =
          coordination.virtualServers().update(entry.withStarted(wanted.getStarted()));
    }
  }

  private void create(CreateVirtualServer wanted) throws IOException {
    String name = VirtualServerConfig.requireValidName(wanted.getName());
    if (coordination.virtualServers().read(name).isPresent()) {
      throw refused("the cell has a virtual server " + name + " already; choose another name");
    }
    AreaPaths metadata = metadata(wanted, name);
    AreaIdentity identity =
        new AreaIdentity(
            UUID.randomUUID(),
            name,
            Balance.LANES,
            segmentBytes(wanted),
            AreaIdentity.LANE_SEGMENTS_DEFAULT);
    if (wanted.getDrainMillis() != 0 && (wanted.getExisting() || !metadata.device())) {
      throw refused("a drain time is for metadata that is made on a device");
    }
    if (metadata.device() && !wanted.getExisting()) {
      requireUsable(metadata, identity, wanted);
    }
    UUID area =
        wanted.getExisting()
            ? existing(name, metadata)
            : made(identity, metadata, definition(wanted, name), wanted);
    VirtualServerConfig entry =
        new VirtualServerConfig(
            name,
            candidates(wanted, name),
            new MetadataPointer(area, metadata).text(),
            true,
            wanted.getCandidatesCount() == 0,
            VirtualServerConfig.NEW);
    VirtualServerConfig unused = coordination.virtualServers().create(entry);
    LOG.info(
        "{}: made, with its metadata in {} and candidates {}", name, metadata, entry.candidates());
  }

  /** Before a volume is reserved for what cannot be made. */
  private static void requireUsable(
      AreaPaths device, AreaIdentity identity, CreateVirtualServer wanted) throws IOException {
    if (!wanted.getDirect()) {
      throw refused(
          "metadata on a device that hosts share is for a volume that they share too; add --direct");
    }
    device.requireBlank(identity, wanted.getDrainMillis());
  }

  private static int segmentBytes(CreateVirtualServer wanted) throws LeatException {
    int bytes = wanted.getSegmentBytes();
    if (bytes == 0) {
      return AreaIdentity.SEGMENT_BYTES_DEFAULT;
    }
    if (bytes < SEGMENT_BYTES_MIN || bytes > AreaIdentity.SEGMENT_BYTES_MAX) {
      throw refused(
          "a journal segment of %d bytes; it must have %d to %d"
              .formatted(bytes, SEGMENT_BYTES_MIN, AreaIdentity.SEGMENT_BYTES_MAX));
    }
    return bytes / JournalFormat.BLOCK * JournalFormat.BLOCK;
  }

  private static Path path(String wanted, Path otherwise) throws LeatException {
    if (wanted.chars().anyMatch(Character::isISOControl)) {
      throw refused("a path must not have control characters");
    }
    Path path = wanted.isEmpty() ? otherwise : Path.of(wanted);
    if (!path.isAbsolute()) {
      throw refused("the path " + path + " has to be absolute, for every server is to find it");
    }
    return path.normalize();
  }

  private AreaPaths metadata(CreateVirtualServer wanted, String name) throws LeatException {
    Path otherwise = config.home().resolve("virtual-servers").resolve(name).resolve("metadata");
    try {
      AreaPaths given = AreaPaths.parse(wanted.getMetadata(), one -> one);
      List<Path> paths = new ArrayList<>();
      for (Path one : given.paths()) {
        paths.add(path(one.toString(), given.paths().size() == 1 ? otherwise : one));
      }
      return new AreaPaths(paths, given.device());
    } catch (IllegalArgumentException e) {
      throw refused(e.getMessage());
    }
  }

  private UUID existing(String name, AreaPaths metadata) throws IOException {
    try (MetadataArea area = metadata.open(name)) {
      VirtualServerDefinition definition = VirtualServerDefinition.read(area);
      Registration.reserve(
          coordination.virtualServers(), definition.volume(), definition.path(), name);
      return area.identity().uuid();
    }
  }

  private static UUID made(
      AreaIdentity identity,
      AreaPaths metadata,
      VirtualServerDefinition definition,
      CreateVirtualServer wanted)
      throws IOException {
    if (metadata.device()) {
      metadata.format(identity, wanted.getDrainMillis());
    }
    try (MetadataArea area = metadata.openOrCreate(identity, Optional.empty())) {
      if (!area.identity().uuid().equals(identity.uuid())) {
        throw refused(
            "%s is a metadata area already; --existing takes what stands there"
                .formatted(metadata));
      }
      area.configure(definition.withImageOf(area.imageBytesMax()).encode());
      return area.identity().uuid();
    }
  }

  private VirtualServerDefinition definition(CreateVirtualServer wanted, String name)
      throws IOException {
    Path volume = path(wanted.getVolume(), config.home().resolve("volumes").resolve(name + ".vol"));
    if (Files.notExists(volume)) {
      if (wanted.getVolumeSize() == 0) {
        throw refused("there is no volume %s; give its size, and it is made".formatted(volume));
      }
      Files.createDirectories(volume.getParent());
      var unused = Volumes.format(volume, UUID.randomUUID(), name, wanted.getVolumeSize(), false);
    }
    UUID uuid = Volumes.identify(volume, wanted.getDirect()).uuid();
    Registration.reserve(coordination.virtualServers(), uuid, volume, name);
    return new VirtualServerDefinition(
        name,
        Levels.newestOf(coordination.membership().members()),
        "",
        name,
        uuid,
        volume,
        wanted.getDirect(),
        config.imageBytes());
  }

  /** Those that were given, or the first choice of the balance. */
  private List<String> candidates(CreateVirtualServer wanted, String name) throws IOException {
    List<String> members =
        coordination.membership().members().stream().map(MemberInfo::name).toList();
    if (wanted.getCandidatesCount() > 0) {
      List<String> given = List.copyOf(wanted.getCandidatesList());
      if (!members.containsAll(given)) {
        throw refused("candidates are %s, but the cell has %s".formatted(given, members));
      }
      return given;
    }
    List<VirtualServerConfig> all = new ArrayList<>(coordination.virtualServers().list());
    VirtualServerConfig fresh =
        new VirtualServerConfig(
            name, List.of(config.name()), "new", true, true, VirtualServerConfig.NEW);
    all.add(fresh);
    return Balance.changes(all, members).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElse(fresh)
        .candidates();
  }
}
