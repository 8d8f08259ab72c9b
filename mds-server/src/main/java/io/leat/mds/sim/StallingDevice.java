package io.leat.mds.sim;

import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's path to the volume, on which the process can be stopped in the middle of a write: what
 * it writes from then on, and flushes, reaches the volume in order when it goes on.
 */
final class StallingDevice extends ForwardingDevice {

  private final List<Io> held = new ArrayList<>();
  private boolean stalled;

  /** A call that has not reached the volume. */
  @FunctionalInterface
  private interface Io {
    void run() throws IOException;
  }

  StallingDevice(Device device) {
    super(device);
  }

  void stall() {
    stalled = true;
  }

  /** Lets through what was held back. */
  void goOn() throws IOException {
    stalled = false;
    List<Io> late = List.copyOf(held);
    held.clear();
    for (Io io : late) {
      io.run();
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    if (stalled) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(src.remaining() + alignment());
      ByteBuffer aligned = bytes.alignedSlice(alignment()).limit(src.remaining());
      aligned.put(src).flip();
      held.add(() -> super.write(offset, aligned));
    } else {
      super.write(offset, src);
    }
  }

  @Override
  public void flush() throws IOException {
    if (stalled) {
      held.add(super::flush);
    } else {
      super.flush();
    }
  }
}
