package io.leat.mds.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.DeviceMetadataArea;
import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.LaneHolder;
import io.leat.mds.journal.LaneNotDrainedException;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.journal.MemoryPlaces;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.MirroredArea;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The metadata area's devices, and what is written through the page cache of their host. All lose
 * what is not flushed when the host loses power.
 */
final class JournalStorage {

  private static final int SEGMENT_BYTES = 256 << 10;

  /** One for each server. */
  private static final int LANES = Profile.SERVERS_MAX;

  /** A short ring goes round, and all of it is there from the beginning. */
  private static final int SHARED_SEGMENTS_MAX = 8;

  private static final int SHARED_CHECKPOINT_BYTES = 4 << 20;

  /** After which a write that has failed lands no more. */
  private static final int DRAIN_MILLIS = 5_000;

  /** Share of writes that fail, and land later. */
  private static final double LATE = 0.2;

  /** Device operations until an error strikes at most. */
  private static final int ERROR_OPERATIONS_MAX = 12;

  /** Of the server's ticks, while a device alone fails. */
  private static final int REPAIRS_ONE_IN = 20;

  /** What failures of a faulty device say of themselves. */
  private static final String INJECTED = "injected failure";

  private static final FaultPolicy SOUND = FaultPolicy.NONE.withVolatileCache();

  private final World world;
  private final RandomGenerator random;
  private final List<Disk> disks = new ArrayList<>();

  /** Null where hosts do not share the metadata area. */
  private final MemoryPlaces shared;

  private boolean failing;

  /** Writes to a device that hosts share fail, and land later. */
  private boolean late;

  /** How often the power was lost. */
  private int boots;

  /** One device of the area, as all processes of the cell have it. */
  private final class Disk {

    private final AreaIdentity identity;
    private final MemoryMetadataArea.Storage storage;
    private final List<FaultyDevice> devices = new ArrayList<>();
    private UnaryOperator<FaultPolicy> faults = UnaryOperator.identity();

    Disk(AreaIdentity identity) {
      this.identity = identity;
      this.storage = new MemoryMetadataArea.Storage(identity, this::device, this::pageCache);
    }

    private Device device(Device medium) {
      FaultyDevice device = faulty(medium);
      return world
          .plant
          .<Device>map(plant -> plant.journal(device, identity.uuid(), devices))
          .orElse(device);
    }

    private Device pageCache(Device medium) {
      FaultyDevice device = faulty(medium);
      return world.plant.<Device>map(plant -> plant.pageCache(device)).orElse(device);
    }

    private FaultyDevice faulty(Device medium) {
      FaultyDevice device = new FaultyDevice(medium, faults.apply(SOUND), random);
      devices.add(device);
      return device;
    }

    private void let(UnaryOperator<FaultPolicy> happen) {
      faults = happen;
      devices.forEach(device -> device.setPolicy(happen.apply(SOUND)));
    }

    private void heal() {
      let(UnaryOperator.identity());
      devices.stream().filter(FaultyDevice::isCrashed).forEach(FaultyDevice::restart);
    }

    private void land() {
      try {
        for (FaultyDevice device : devices) {
          int unused = device.releaseLateWrites();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("a device in memory failed", e);
      }
    }

    private boolean isFaulty() {
      return !faults.apply(SOUND).equals(SOUND);
    }

    private void losePower() throws IOException {
      for (FaultyDevice device : devices) {
        device.crash();
        device.restart();
      }
    }

    private MemoryMetadataArea process() {
      return new MemoryMetadataArea(storage, this::asSeenByOne);
    }

    /** The epoch blocks, as one process sees them. */
    private Device asSeenByOne(Device epochs) {
      return world.plant.<Device>map(plant -> plant.epochs(epochs, identity.uuid())).orElse(epochs);
    }
  }

  JournalStorage(World world) {
    this.world = world;
    this.random = world.newRandom();
    AreaIdentity identity =
        new AreaIdentity(
            new UUID(random.nextLong(), random.nextLong()),
            SimServer.NAME,
            LANES,
            SEGMENT_BYTES,
            world.profile.shared()
                ? Math.min(world.profile.laneSegments(), SHARED_SEGMENTS_MAX)
                : world.profile.laneSegments());
    for (int i = 0; i < world.profile.metadataDevices(); i++) {
      disks.add(new Disk(identity.onDevice(i, world.profile.metadataDevices())));
    }
    shared =
        world.profile.shared()
            ? new MemoryPlaces(disks.get(0)::device, UnaryOperator.identity())
            : null;
  }

  /**
   * A new process's view.
   *
   * @param mds whose process it is, and whose lane it has where hosts share the area
   */
  MetadataArea process(String mds, long incarnation) throws IOException {
    if (shared != null) {
      return sharedProcess(mds, incarnation);
    }
    if (disks.size() == 1) {
      return disks.get(0).process();
    }
    List<MirroredArea.Member> members = new ArrayList<>();
    for (Disk disk : disks) {
      members.add(new MirroredArea.Member("metadata device " + members.size(), disk::process));
    }
    return MirroredArea.inline(members);
  }

  /** A process that dies gives nothing up. */
  private MetadataArea sharedProcess(String mds, long incarnation) {
    Disk disk = disks.get(0);
    UUID home = UUID.nameUUIDFromBytes(mds.getBytes(UTF_8));
    MetadataArea area =
        DeviceMetadataArea.inMemory(
            shared,
            disk.identity,
            SHARED_CHECKPOINT_BYTES,
            world.plant.equals(Optional.of(Plants.LANE_NOT_DRAINED)) ? 1 : DRAIN_MILLIS,
            new LaneHolder(mds, home, incarnation, world.time::now));
    List<Device> epochs = area.epochs().stream().map(disk::asSeenByOne).toList();
    return new ForwardingArea(area) {
      @Override
      public List<Device> epochs() {
        return epochs;
      }

      @Override
      public void close() {}
    };
  }

  /** What has failed lands before the drain time is over. */
  private void landLater() {
    world.time.schedule(
        1 + random.nextInt(DRAIN_MILLIS / 2),
        () -> {
          disks.forEach(Disk::land);
          if (disks.stream().anyMatch(Disk::isFaulty)) {
            landLater();
          }
        });
  }

  /**
   * Some operation soon fails; perhaps a write that is torn, with which the power goes. Of several
   * devices often one alone fails, and service has to go on.
   */
  void fail() {
    failing = true;
    if (shared != null && random.nextInt(4) > 0) {
      disks.forEach(disk -> disk.let(policy -> policy.withWriteFailures(0, 0, LATE)));
      landLater();
      late = true;
      return;
    }
    boolean torn = random.nextBoolean();
    int operations = random.nextInt(ERROR_OPERATIONS_MAX);
    UnaryOperator<FaultPolicy> happen =
        torn
            ? policy -> policy.withWriteFailures(0, 0.5, 0).withCrashOnTornWrite()
            : policy -> policy.withFailureAfter(operations);
    if (disks.size() > 1 && !torn && random.nextInt(4) > 0) {
      disks.get(random.nextInt(disks.size())).let(happen);
    } else {
      disks.forEach(disk -> disk.let(happen));
    }
  }

  void heal() {
    late = false;
    disks.forEach(Disk::heal);
  }

  /** Something has failed and is tried again; a path to a shared device often fails again. */
  void attended() {
    if (!late || random.nextInt(3) == 0) {
      heal();
    }
  }

  /** A device that fails alone is repaired now and then, while service goes on. */
  void repair() {
    if (disks.stream().anyMatch(Disk::isFaulty) && random.nextInt(REPAIRS_ONE_IN) == 0) {
      heal();
    }
  }

  /** A term has begun: what fails from now on must have been injected anew. */
  void begun() {
    failing = disks.stream().anyMatch(Disk::isFaulty);
  }

  /** True when a torn write took the power with it. */
  boolean crashed() {
    return disks.stream().flatMap(disk -> disk.devices.stream()).anyMatch(FaultyDevice::isCrashed);
  }

  /** Of the servers' hosts, or the one host that they share. */
  int boots() {
    return boots;
  }

  void losePower() {
    boots++;
    try {
      for (Disk disk : disks) {
        disk.losePower();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
  }

  /**
   * A failure that nobody has injected is a finding; nothing that is injected damages history. A
   * recovery that begins on one device and goes on with another may find no end, and is tried
   * again.
   */
  void requireInjected(IOException failure) {
    boolean damage = failure instanceof DamagedJournalException && disks.size() == 1;
    // A process may have heard of one long before it says so.
    boolean injected = failing || String.valueOf(failure.getMessage()).contains(INJECTED);
    boolean waits = failure instanceof LaneNotDrainedException;
    if ((!injected && !waits) || damage) {
      world.judge.violated("server", "the journal failed by itself: " + failure);
    }
  }
}
