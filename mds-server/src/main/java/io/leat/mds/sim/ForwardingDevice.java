package io.leat.mds.sim;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A device that passes everything on. */
class ForwardingDevice implements Device {

  private final Device device;

  ForwardingDevice(Device device) {
    this.device = device;
  }

  @Override
  public long size() {
    return device.size();
  }

  @Override
  public int alignment() {
    return device.alignment();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    device.read(offset, dst);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    device.write(offset, src);
  }

  @Override
  public void flush() throws IOException {
    device.flush();
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  @Override
  public String toString() {
    return device.toString();
  }
}
