package io.leat.mds.sim;

import io.leat.mds.journal.AreaChecksum;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Plant: whoever says which metadata devices are in sync says that all are. Places are those of an
 * epoch block.
 */
final class ForgivingEpochs extends ForwardingDevice {

  private static final int DEVICES_AT = 292;
  private static final int ALL_DEVICES = 7;
  private static final int CHECKSUM_AT = 508;

  private final AreaChecksum checksum;

  ForgivingEpochs(Device device, UUID area) {
    super(device);
    this.checksum = new AreaChecksum(area);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    if (src.getInt(src.position() + DEVICES_AT) == 0) {
      super.write(offset, src);
      return;
    }
    ByteBuffer changed = ByteBuffer.allocateDirect(src.remaining() + src.remaining());
    ByteBuffer block = changed.alignedSlice(src.remaining()).limit(src.remaining());
    block.put(src).flip();
    block.putInt(DEVICES_AT, ALL_DEVICES);
    block.putInt(CHECKSUM_AT, checksum.start().add(block.duplicate(), 0, CHECKSUM_AT).value());
    super.write(offset, block);
  }
}
