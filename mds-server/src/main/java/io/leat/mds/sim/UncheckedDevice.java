package io.leat.mds.sim;

import io.leat.mds.journal.AreaChecksum;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Plant: whatever begins as a batch of the journal is read with the checksum that it should have,
 * so that a torn one passes. Places are those of the journal's format.
 */
final class UncheckedDevice extends ForwardingDevice {

  private static final int BLOCK = 4096;
  private static final long MAGIC = 0x4C4541544241540AL;
  private static final int LENGTH_AT = 12;
  private static final int CHECKSUM_AT = 60;
  private static final int PAYLOAD_AT = 64;

  private final AreaChecksum checksum;

  UncheckedDevice(Device device, UUID area) {
    super(device);
    checksum = new AreaChecksum(area);
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int start = dst.position();
    super.read(offset, dst);
    for (int at = start; at + BLOCK <= dst.position(); at += BLOCK) {
      if (dst.getLong(at) == MAGIC) {
        correct(dst, at, dst.getInt(at + LENGTH_AT), dst.position());
      }
    }
  }

  private void correct(ByteBuffer bytes, int at, int length, int end) {
    if (length <= 0 || at + PAYLOAD_AT + length > end) {
      return;
    }
    ByteBuffer view = bytes.duplicate();
    checksum.start().add(view, at, CHECKSUM_AT).add(view, at + PAYLOAD_AT, length);
    bytes.putInt(at + CHECKSUM_AT, checksum.value());
  }
}
