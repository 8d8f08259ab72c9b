package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A volume that is one device from its first byte on. It owns the device.
 *
 * <p>On a direct device, what is not aligned goes through an aligned buffer of the thread, a read
 * as the aligned range around it; what is aligned goes straight.
 */
final class SingleDeviceVolume implements Volume {

  private static final BounceBuffers BOUNCES = new BounceBuffers();

  private final Device device;
  private final VolumeHeader header;
  private final String place;

  /** Both must have been checked to fit each other; {@code place} is for messages. */
  SingleDeviceVolume(Device device, VolumeHeader header, String place) {
    this.device = device;
    this.header = header;
    this.place = "volume " + header.name() + " at " + place;
  }

  @Override
  public VolumeHeader header() {
    return header;
  }

  @Override
  public boolean direct() {
    return device.alignment() > 1;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    Ranges.check(place, offset, dst.remaining(), header.sizeBytes());
    if (goesStraight(offset, dst)) {
      device.read(offset, dst);
    } else {
      readThroughBounces(offset, dst);
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    Ranges.check(place, offset, src.remaining(), header.sizeBytes());
    if (offset < BLOCK_SIZE) {
      throw new IOException(
          "%s: %d bytes at offset %d would overwrite its header"
              .formatted(place, src.remaining(), offset));
    }
    if (direct()) {
      checkWholeBlocks(offset, src.remaining());
    }
    if (goesStraight(offset, src)) {
      device.write(offset, src);
    } else {
      writeThroughBounces(offset, src);
    }
  }

  private void checkWholeBlocks(long offset, int length) {
    if (!Alignment.isAligned(offset, BLOCK_SIZE) || !Alignment.isAligned(length, BLOCK_SIZE)) {
      throw new IllegalArgumentException(
          "%s is direct and takes whole blocks of %d bytes, not %d bytes at offset %d"
              .formatted(place, BLOCK_SIZE, length, offset));
    }
  }

  private boolean goesStraight(long offset, ByteBuffer buffer) {
    int alignment = device.alignment();
    return alignment == 1
        || (Alignment.isAligned(offset, alignment)
            && Alignment.isAligned(buffer.remaining(), alignment)
            && Alignment.isAddressAligned(buffer, alignment));
  }

  private void readThroughBounces(long offset, ByteBuffer dst) throws IOException {
    int alignment = device.alignment();
    long at = offset;
    while (dst.hasRemaining()) {
      long from = Alignment.down(at, alignment);
      int skip = (int) (at - from);
      int length = Math.min(dst.remaining(), BounceBuffers.BYTES_MAX - skip);
      ByteBuffer bounce = BOUNCES.take((int) Alignment.up(skip + length, alignment));
      device.read(from, bounce);
      dst.put(bounce.limit(skip + length).position(skip));
      at += length;
    }
  }

  private void writeThroughBounces(long offset, ByteBuffer src) throws IOException {
    long at = offset;
    while (src.hasRemaining()) {
      int length = Math.min(src.remaining(), BounceBuffers.BYTES_MAX);
      ByteBuffer bounce = BOUNCES.take(length);
      bounce.put(0, src, src.position(), length);
      device.write(at, bounce);
      src.position(src.position() + length);
      at += length;
    }
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
    return place;
  }
}
