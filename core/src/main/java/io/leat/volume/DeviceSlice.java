package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device or a range of it, as one user sees it: closing it closes this view alone.
 *
 * <p>Any thread.
 */
public final class DeviceSlice implements Device {

  private final Device device;
  private final long at;
  private final long bytes;
  private volatile boolean closed;

  /** All of a device, which stays the caller's. */
  public DeviceSlice(Device device) {
    this(device, 0, device.size());
  }

  /**
   * @param device stays the caller's
   * @param at where the range begins, bytes; a multiple of the device's alignment
   * @param bytes its length, a multiple of the device's alignment
   * @throws IllegalArgumentException when the range is not aligned or reaches past the device
   */
  public DeviceSlice(Device device, long at, long bytes) {
    if (at < 0
        || bytes < 0
        || at > device.size() - bytes
        || !Alignment.isAligned(at, device.alignment())
        || !Alignment.isAligned(bytes, device.alignment())) {
      throw new IllegalArgumentException(
          "%d bytes at %d of %s, which has %d, aligned to %d"
              .formatted(bytes, at, device, device.size(), device.alignment()));
    }
    this.device = device;
    this.at = at;
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes;
  }

  @Override
  public int alignment() {
    return device.alignment();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    check(offset, dst);
    device.read(at + offset, dst);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    check(offset, src);
    device.write(at + offset, src);
  }

  private void check(long offset, ByteBuffer buffer) throws IOException {
    requireOpen();
    Ranges.check(this, offset, buffer.remaining(), bytes);
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
    return bytes == device.size() ? device.toString() : "%s, from byte %d".formatted(device, at);
  }
}
