package io.leat.mds.sim;

import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The metadata area's devices, which lose what is not flushed when their host loses power. */
final class JournalStorage {

  private static final int SEGMENT_BYTES = 256 << 10;
  private static final int LANES = 2;

  /** Device operations until an error strikes at most. */
  private static final int ERROR_OPERATIONS_MAX = 12;

  private static final FaultPolicy SOUND = FaultPolicy.NONE.withVolatileCache();

  private final World world;
  private final RandomGenerator random;
  private final List<FaultyDevice> devices = new ArrayList<>();
  private final AreaIdentity identity;
  private final MemoryMetadataArea.Storage storage;
  private FaultPolicy policy = SOUND;
  private boolean failing;

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
    storage = new MemoryMetadataArea.Storage(identity, this::device);
  }

  private Device device(Device medium) {
    FaultyDevice device = new FaultyDevice(medium, policy, random);
    devices.add(device);
    return world.plant.<Device>map(plant -> plant.journal(device, identity.uuid())).orElse(device);
  }

  /** A new process's view. */
  MemoryMetadataArea process() {
    return new MemoryMetadataArea(storage);
  }

  /** Some operation soon fails; perhaps a write that is torn, with which the power goes. */
  void fail() {
    failing = true;
    boolean torn = random.nextBoolean();
    policy =
        torn
            ? SOUND.withWriteFailures(0, 0.5, 0).withCrashOnTornWrite()
            : SOUND.withFailureAfter(random.nextInt(ERROR_OPERATIONS_MAX));
    devices.forEach(device -> device.setPolicy(policy));
  }

  void heal() {
    policy = SOUND;
    devices.forEach(device -> device.setPolicy(policy));
    devices.stream().filter(FaultyDevice::isCrashed).forEach(FaultyDevice::restart);
  }

  /** A term has begun: what fails from now on must have been injected anew. */
  void begun() {
    failing = !policy.equals(SOUND);
  }

  /** True when a torn write took the power with it. */
  boolean crashed() {
    return devices.stream().anyMatch(FaultyDevice::isCrashed);
  }

  void losePower() {
    try {
      for (FaultyDevice device : devices) {
        device.crash();
        device.restart();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
  }

  /** A failure that nobody has injected is a finding. */
  void requireInjected(IOException failure) {
    if (!failing) {
      world.judge.violated("server", "the journal failed by itself: " + failure);
    }
  }
}
