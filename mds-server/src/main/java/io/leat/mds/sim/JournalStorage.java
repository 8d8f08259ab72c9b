package io.leat.mds.sim;

import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
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

  /** Device operations until an error strikes at most. */
  private static final int ERROR_OPERATIONS_MAX = 12;

  private static final FaultPolicy SOUND = FaultPolicy.NONE.withVolatileCache();

  private final World world;
  private final RandomGenerator random;
  private final List<FaultyDevice> devices = new ArrayList<>();
  private final AreaIdentity identity;
  private final MemoryMetadataArea.Storage storage;
  private UnaryOperator<FaultPolicy> faults = UnaryOperator.identity();
  private boolean failing;

  /** How often the power was lost. */
  private int boots;

  JournalStorage(World world) {
    this.world = world;
    this.random = world.newRandom();
    identity =
        new AreaIdentity(
            new UUID(random.nextLong(), random.nextLong()),
            SimServer.NAME,
            LANES,
            SEGMENT_BYTES,
            world.profile.laneSegments());
    storage = new MemoryMetadataArea.Storage(identity, this::device, this::pageCache);
  }

  private Device device(Device medium) {
    FaultyDevice device = faulty(medium);
    return world.plant.<Device>map(plant -> plant.journal(device, identity.uuid())).orElse(device);
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

  /** A new process's view. */
  MemoryMetadataArea process() {
    return new MemoryMetadataArea(
        storage, epochs -> world.plant.<Device>map(plant -> plant.epochs(epochs)).orElse(epochs));
  }

  /** Some operation soon fails; perhaps a write that is torn, with which the power goes. */
  void fail() {
    failing = true;
    boolean torn = random.nextBoolean();
    int operations = random.nextInt(ERROR_OPERATIONS_MAX);
    let(
        torn
            ? policy -> policy.withWriteFailures(0, 0.5, 0).withCrashOnTornWrite()
            : policy -> policy.withFailureAfter(operations));
  }

  private void let(UnaryOperator<FaultPolicy> happen) {
    faults = happen;
    devices.forEach(device -> device.setPolicy(happen.apply(SOUND)));
  }

  void heal() {
    let(UnaryOperator.identity());
    devices.stream().filter(FaultyDevice::isCrashed).forEach(FaultyDevice::restart);
  }

  /** A term has begun: what fails from now on must have been injected anew. */
  void begun() {
    failing = !faults.apply(SOUND).equals(SOUND);
  }

  /** True when a torn write took the power with it. */
  boolean crashed() {
    return devices.stream().anyMatch(FaultyDevice::isCrashed);
  }

  /** Of the servers' hosts, or the one host that they share. */
  int boots() {
    return boots;
  }

  void losePower() {
    boots++;
    try {
      for (FaultyDevice device : devices) {
        device.crash();
        device.restart();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
  }

  /** A failure that nobody has injected is a finding; nothing that is injected damages history. */
  void requireInjected(IOException failure) {
    if (!failing || failure instanceof DamagedJournalException) {
      world.judge.violated("server", "the journal failed by itself: " + failure);
    }
  }
}
