package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.nio.ByteBuffer;

/** Plant: what was written reads as zeros. */
final class ForgetfulDevice extends ForwardingDevice {

  ForgetfulDevice(Device device) {
    super(device);
  }

  @Override
  public void read(long offset, ByteBuffer dst) {
    while (dst.hasRemaining()) {
      dst.put((byte) 0);
    }
  }
}
