package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One user's view of a device that others use too: closing it closes this view alone. */
final class SharedDevice implements Device {

  private final Device device;
  private volatile boolean closed;

  SharedDevice(Device device) {
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
    requireOpen();
    device.read(offset, dst);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    requireOpen();
    device.write(offset, src);
  }

  @Override
  public void flush() throws IOException {
    requireOpen();
    device.flush();
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(this + " was closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return device.toString();
  }
}
