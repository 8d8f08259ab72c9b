package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;

/** Plant: flushes do nothing. */
final class UnflushedDevice extends ForwardingDevice {

  UnflushedDevice(Device device) {
    super(device);
  }

  @Override
  public void flush() {
    // what it was planted for
  }
}
