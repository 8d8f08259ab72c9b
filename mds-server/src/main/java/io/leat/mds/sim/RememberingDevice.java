package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Plant: what was read once, is read ever after, until this process itself writes. For a device
 * that is always read as a whole.
 */
final class RememberingDevice extends ForwardingDevice {

  private byte[] read;

  RememberingDevice(Device device) {
    super(device);
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    if (read == null) {
      int start = dst.position();
      super.read(offset, dst);
      read = new byte[dst.position() - start];
      dst.get(start, read);
    } else {
      dst.put(read);
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    super.write(offset, src);
    read = null;
  }
}
