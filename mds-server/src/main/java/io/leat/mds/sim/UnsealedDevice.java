package io.leat.mds.sim;

import io.leat.mds.journal.JournalFormat;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Plant: the header of an owner's first segment, which seals what came before, is written some
 * batches late. Places are those of a segment's header.
 */
final class UnsealedDevice extends ForwardingDevice {

  private static final long MAGIC = 0x4C4541545345470AL;
  private static final int EPOCH_AT = 16;
  private static final int BASE_EPOCH_AT = 32;

  /** Writes to the segment before its header. */
  private static final int LATE_WRITES = 5;

  /** Null while there is none, or it is written. */
  private ByteBuffer seal;

  private int late;

  UnsealedDevice(Device device) {
    super(device);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    int at = src.position();
    if (offset > 0) {
      super.write(offset, src);
      if (seal != null && --late == 0) {
        super.write(0, seal);
        seal = null;
      }
      return;
    }
    seal = null;
    boolean first =
        src.getLong(at) == MAGIC && src.getLong(at + EPOCH_AT) > src.getLong(at + BASE_EPOCH_AT);
    if (first) {
      seal = JournalFormat.allocate(src.remaining()).put(src).flip();
      late = LATE_WRITES;
    } else {
      super.write(offset, src);
    }
  }
}
