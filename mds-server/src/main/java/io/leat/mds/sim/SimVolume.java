package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.FaultyDevice.Delay;
import io.leat.volume.MemoryDevice;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The volume: one device that all share, whose cache loses what was not flushed with its power, and
 * each process's path to it, on which calls fail, are torn, or land late. The cache is the device's
 * own where the volume is direct, else the page cache of the cell's host.
 */
final class SimVolume {

  private final World world;
  private final FaultyDevice shared;
  private final UUID uuid;

  /** On which writes may be under way. */
  private final List<FaultyDevice> paths = new ArrayList<>();

  SimVolume(World world) {
    RandomGenerator random = world.newRandom();
    this.world = world;
    this.uuid = new UUID(random.nextLong(), random.nextLong());
    int bytes = world.profile.volumeBlocks() * Volume.BLOCK_SIZE;
    this.shared =
        new FaultyDevice(new MemoryDevice(bytes), FaultPolicy.NONE.withVolatileCache(), random);
    try {
      Volumes.format(shared, "the simulated volume", uuid, "sim");
      shared.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
    shared.restart();
  }

  /** What the server reads after a crash of its host; nothing goes wrong on this path. */
  Volume serverView() {
    return open(path(world.newRandom()));
  }

  /** A process's path, on which nothing goes wrong yet. */
  FaultyDevice path(RandomGenerator random) {
    int alignment = world.profile.direct() ? Volume.BLOCK_SIZE : 1;
    FaultyDevice path = new FaultyDevice(shared, alignment, FaultPolicy.NONE, random, Delay.NONE);
    paths.add(path);
    return path;
  }

  /** Lets calls on a path fail, be torn and land late. */
  void spoil(FaultyDevice path) {
    double share = world.calm() ? 0 : world.profile.deviceFaults();
    path.setPolicy(
        FaultPolicy.NONE
            .withReadFailure(share / 4)
            .withWriteFailures(share, share, 2 * share)
            .withFlushFailure(share));
  }

  void heal(FaultyDevice path) {
    path.setPolicy(FaultPolicy.NONE);
  }

  /** What a client writes to, with a planted bug perhaps. */
  Device planted(FaultyDevice path) {
    return world.plant.<Device>map(p -> p.client(path, world)).orElse(path);
  }

  /** The volume at the end of a path. */
  Volume open(Device device) {
    try {
      return Volumes.open(device, "the simulated volume", uuid);
    } catch (IOException e) {
      throw new UncheckedIOException("the header of the simulated volume cannot be read", e);
    }
  }

  /** The host dies: writes that are under way land now, in its cache, or never. */
  void loseHost() {
    try {
      for (FaultyDevice path : paths) {
        path.releaseLateWrites();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
    losePower();
  }

  /** What was not flushed is lost or torn. */
  void losePower() {
    try {
      shared.crash();
      shared.restart();
    } catch (IOException e) {
      throw new UncheckedIOException("a device in memory failed", e);
    }
  }
}
