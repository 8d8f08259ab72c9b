package io.leat.mds.sim;

import static io.leat.mds.sim.BatchBytes.CHECKSUM_AT;
import static io.leat.mds.sim.BatchBytes.LENGTH_AT;
import static io.leat.mds.sim.BatchBytes.MAGIC;
import static io.leat.mds.sim.BatchBytes.PAYLOAD_AT;

import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.JournalFormat;
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

  private final AreaChecksum checksum;

  UncheckedDevice(Device device, UUID area) {
    super(device);
    checksum = new AreaChecksum(area);
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int start = dst.position();
    super.read(offset, dst);
    for (int at = start; at + JournalFormat.BLOCK <= dst.position(); at += JournalFormat.BLOCK) {
      if (dst.getLong(at) == MAGIC) {
        correct(dst, at, dst.getInt(at + LENGTH_AT), dst.position());
      }
    }
  }

  private void correct(ByteBuffer bytes, int at, int length, int end) {
    if (length <= 0 || at + PAYLOAD_AT + length > end) {
      return;
    }
    bytes.putInt(at + CHECKSUM_AT, BatchBytes.checksum(bytes, at, length, checksum));
  }
}
