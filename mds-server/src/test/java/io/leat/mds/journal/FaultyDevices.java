package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Devices that lose what is not flushed together, and fail together. */
final class FaultyDevices {

  private final List<FaultyDevice> devices = new ArrayList<>();
  private final Random random;
  private FaultPolicy policy = FaultPolicy.NONE.withVolatileCache();

  FaultyDevices(Random random) {
    this.random = random;
  }

  /** One more of them. */
  Device over(Device medium) {
    FaultyDevice device = new FaultyDevice(medium, policy, random);
    devices.add(device);
    return device;
  }

  /** What goes wrong from now on. */
  void let(FaultPolicy happen) {
    policy = happen.withVolatileCache();
    devices.forEach(device -> device.setPolicy(policy));
  }

  /** Lets writes that have failed land. */
  void land() throws IOException {
    for (FaultyDevice device : devices) {
      int unused = device.releaseLateWrites();
    }
  }

  /** Loses what no flush has made durable. */
  void losePower() throws IOException {
    for (FaultyDevice device : devices) {
      device.crash();
      device.restart();
    }
  }
}
