package io.leat.mds.sim;

import static io.leat.mds.sim.BatchBytes.CHECKSUM_AT;
import static io.leat.mds.sim.BatchBytes.COPY_EPOCH_AT;
import static io.leat.mds.sim.BatchBytes.EPOCH_AT;
import static io.leat.mds.sim.BatchBytes.LENGTH_AT;
import static io.leat.mds.sim.BatchBytes.MAGIC;
import static io.leat.mds.sim.BatchBytes.PAYLOAD_AT;

import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.JournalFormat;
import io.leat.volume.Device;
import io.leat.volume.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Plant: a batch that a new owner copies is not written again. Whoever reads the copy is shown the
 * batch where its first owner has put it, as long as that stands there. Places are those of the
 * journal's format.
 */
final class UncopiedDevice extends ForwardingDevice {

  private static final int BLOCK = JournalFormat.BLOCK;

  /** A copy that is none: what is read from {@code at} on comes from elsewhere. */
  private record Link(long at, int bytes, long copyEpoch, Device from, long fromAt) {}

  private final Device device;
  private final AreaChecksum checksum;
  private final List<? extends Device> all;
  private final List<Link> links = new ArrayList<>();

  /**
   * @param all that the journal stands on, {@code device} among them
   */
  UncopiedDevice(Device device, UUID area, List<? extends Device> all) {
    super(device);
    this.device = device;
    this.checksum = new AreaChecksum(area);
    this.all = all;
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    int start = src.position();
    int bytes = src.remaining();
    links.removeIf(link -> link.at() < offset + bytes && offset < link.at() + link.bytes());
    if (src.getLong(start) == MAGIC && src.getLong(start + EPOCH_AT) != copyEpoch(src, start)) {
      int batch = JournalFormat.blocks(PAYLOAD_AT + src.getInt(start + LENGTH_AT));
      Link link = original(offset, src.slice(start, batch));
      if (link != null) {
        links.add(link);
        src.position(start + batch);
      }
    }
    super.write(offset + src.position() - start, src);
  }

  private static long copyEpoch(ByteBuffer bytes, int at) {
    return bytes.getLong(at + COPY_EPOCH_AT);
  }

  private Link original(long offset, ByteBuffer copy) throws IOException {
    for (Device other : all) {
      for (long at = 0; other != device && at + copy.limit() <= other.size(); at += BLOCK) {
        ByteBuffer block = read(other, at, BLOCK);
        boolean same =
            block.getLong(0) == MAGIC
                && block.slice(0, COPY_EPOCH_AT).equals(copy.slice(0, COPY_EPOCH_AT));
        if (same) {
          return new Link(offset, copy.limit(), copyEpoch(copy, 0), other, at);
        }
      }
    }
    return null;
  }

  private static ByteBuffer read(Device device, long at, int bytes) throws IOException {
    ByteBuffer read = JournalFormat.allocate(bytes);
    device.read(at, read);
    return read.flip();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int start = dst.position();
    super.read(offset, dst);
    for (Link link : links) {
      long from = Math.max(offset, link.at());
      long to = Math.min(offset + dst.position() - start, link.at() + link.bytes());
      if (from < to) {
        ByteBuffer linked = linked(link);
        int length = (int) (to - from);
        dst.put((int) (start + from - offset), linked, (int) (from - link.at()), length);
      }
    }
  }

  /** As it would have been copied. */
  private ByteBuffer linked(Link link) throws IOException {
    ByteBuffer batch = read(link.from(), link.fromAt(), link.bytes());
    int length = batch.getInt(LENGTH_AT);
    if (length > 0 && length <= link.bytes() - PAYLOAD_AT && isIntact(batch, length)) {
      batch.putLong(COPY_EPOCH_AT, link.copyEpoch());
      batch.putInt(CHECKSUM_AT, checksum(batch, length));
    }
    return batch;
  }

  private boolean isIntact(ByteBuffer batch, int length) {
    return batch.getInt(CHECKSUM_AT) == checksum(batch, length);
  }

  private int checksum(ByteBuffer batch, int length) {
    return BatchBytes.checksum(batch, 0, length, checksum);
  }
}
