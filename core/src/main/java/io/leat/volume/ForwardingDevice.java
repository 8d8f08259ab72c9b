package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes everything on to another device; wrappers override what they change. */
public class ForwardingDevice implements Device {

  private final Device device;

  /** Closing this closes {@code device}. */
  public ForwardingDevice(Device device) {
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
