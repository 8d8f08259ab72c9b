package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Plant: writes return at once and land later, flushed or not. */
final class WriteBehindDevice extends ForwardingDevice {

  private static final int BEHIND_MILLIS_MAX = 100;

  private final World world;

  WriteBehindDevice(Device device, World world) {
    super(device);
    this.world = world;
  }

  @Override
  public void write(long offset, ByteBuffer src) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(src.remaining() + alignment());
    ByteBuffer aligned = bytes.alignedSlice(alignment()).limit(src.remaining());
    aligned.put(src).flip();
    world.time.schedule(world.random.nextInt(BEHIND_MILLIS_MAX), () -> land(offset, aligned));
  }

  private void land(long offset, ByteBuffer bytes) {
    try {
      super.write(offset, bytes);
    } catch (IOException e) {
      world.note("plant", "a write behind failed", e.getMessage());
    }
  }
}
