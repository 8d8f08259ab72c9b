package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A device that hosts share, on which writes may fail and land later, and a clock. */
final class SharedTestStorage {

  static final int DRAIN_MILLIS = 60_000;

  private static final int ATTEMPTS_MAX = 10;
  private static final int CHECKPOINT_BYTES = 16 * JournalFormat.BLOCK;

  final AtomicLong clock = new AtomicLong(1_000_000);
  private final List<FaultyDevice> devices = new ArrayList<>();
  private final AreaIdentity identity;
  private final Random random;
  private final MemoryPlaces places = new MemoryPlaces(this::faulty, this::faulty);
  private FaultPolicy policy = FaultPolicy.NONE.withVolatileCache();
  private long incarnations;

  SharedTestStorage(int segmentBlocks, int segmentsMax, long seed) {
    this.identity = TestStorage.identity(segmentBlocks, segmentsMax, seed);
    this.random = new Random(seed);
  }

  private Device faulty(Device medium) {
    FaultyDevice device = new FaultyDevice(medium, policy, random);
    devices.add(device);
    return device;
  }

  /** What goes wrong from now on. */
  void let(FaultPolicy happen) {
    policy = happen.withVolatileCache();
    devices.forEach(device -> device.setPolicy(policy));
  }

  /** A new process of a metadata server. */
  DeviceMetadataArea process(String mds) {
    incarnations++;
    return DeviceMetadataArea.inMemory(
        places,
        identity,
        CHECKPOINT_BYTES,
        DRAIN_MILLIS,
        new LaneHolder(mds, UUID.nameUUIDFromBytes(mds.getBytes(UTF_8)), incarnations, clock::get));
  }

  /** The same for who waits until it may have a lane. */
  MetadataArea patientProcess(String mds) {
    return new ForwardingArea(process(mds)) {
      @Override
      public void acquireLane(int lane) throws IOException {
        for (int attempts = 1; ; attempts++) {
          try {
            super.acquireLane(lane);
            return;
          } catch (LaneNotDrainedException e) {
            if (attempts == ATTEMPTS_MAX) {
              throw e;
            }
            pass(e.millis());
          }
        }
      }
    };
  }

  /** Lets time pass; what was late by the drain time lands. */
  void pass(long millis) throws IOException {
    if (millis >= DRAIN_MILLIS) {
      land();
    }
    clock.addAndGet(millis);
  }

  /** Lets writes that have failed land. */
  void land() throws IOException {
    for (FaultyDevice device : devices) {
      int unused = device.releaseLateWrites();
    }
  }

  void losePower() throws IOException {
    for (FaultyDevice device : devices) {
      device.crash();
      device.restart();
    }
  }
}
