package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.volume.FaultPolicy;
import java.io.IOException;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A device that hosts share, on which writes may fail and land later, and a clock. */
final class SharedTestStorage {

  static final int DRAIN_MILLIS = 60_000;

  private static final int ATTEMPTS_MAX = 10;
  private static final int CHECKPOINT_BYTES = 16 * JournalFormat.BLOCK;

  final AtomicLong clock = new AtomicLong(1_000_000);
  private final AreaIdentity identity;
  private final FaultyDevices devices;
  private final MemoryPlaces places;
  private long incarnations;

  SharedTestStorage(int segmentBlocks, int segmentsMax, long seed) {
    identity = TestStorage.identity(segmentBlocks, segmentsMax, seed);
    devices = new FaultyDevices(new Random(seed));
    places = new MemoryPlaces(devices::over, devices::over);
  }

  /** What goes wrong from now on. */
  void let(FaultPolicy happen) {
    devices.let(happen);
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
    devices.land();
  }

  void losePower() throws IOException {
    devices.losePower();
  }
}
