package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The mailboxes of all lanes: by them candidates see whether an owner lives. Nothing that has to be
 * true rests on them.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>at</th><th>what</th></tr>
 * <tr><td>lane x 8192</td><td>{@link Mailbox} 0 of the lane</td></tr>
 * <tr><td>lane x 8192 + 4096</td><td>{@link Mailbox} 1 of the lane</td></tr>
 * </table>
 *
 * A mail is written over the older of its lane's two, so that one is whole at any time. For one
 * thread.
 */
public final class Mailboxes {

  private static final int LANE_BYTES = 2 * JournalFormat.BLOCK;

  /** Size of the device, bytes. */
  public static final int BYTES = AreaIdentity.LANES_MAX * LANE_BYTES;

  private final Device device;
  private final int lanes;
  private final AreaChecksum checksum;
  private final ByteBuffer blocks;
  private final ByteBuffer own = JournalFormat.allocate(JournalFormat.BLOCK);

  /** Over the mailboxes of {@code area}, which stays the caller's. */
  public Mailboxes(MetadataArea area) {
    this.device = area.mailboxes();
    this.lanes = area.identity().lanes();
    this.checksum = new AreaChecksum(area.identity().uuid());
    this.blocks = JournalFormat.allocate(lanes * LANE_BYTES);
  }

  /** The newest mail of each lane, in their order; one read. */
  public List<Optional<Mailbox>> read() throws IOException {
    device.read(0, blocks.clear());
    List<Optional<Mailbox>> mails = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      mails.add(newest(lane));
    }
    return mails;
  }

  /**
   * Writes a mail of an acquired lane; it is seen on this host at once, and survives nothing.
   *
   * @param mail with a heartbeat above that of the lane's newest one
   */
  public void write(int lane, Mailbox mail) throws IOException {
    mail.encode(lane, own.clear(), checksum);
    device.write(at(lane, (int) (mail.heartbeat() & 1)), own.clear());
  }

  private Optional<Mailbox> newest(int lane) {
    Optional<Mailbox> first = Mailbox.decode(blocks, at(lane, 0), lane, checksum);
    Optional<Mailbox> second = Mailbox.decode(blocks, at(lane, 1), lane, checksum);
    boolean secondIsNewer =
        first.isEmpty()
            || (second.isPresent() && second.get().heartbeat() > first.get().heartbeat());
    return secondIsNewer ? second : first;
  }

  private static int at(int lane, int which) {
    return lane * LANE_BYTES + which * JournalFormat.BLOCK;
  }
}
