package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The mailboxes of all lanes: by them candidates see whether an owner lives. Nothing that has to be
 * true rests on them. Where there are several devices a mail goes to all, and the newest counts.
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

  private final List<Device> devices;
  private final int lanes;
  private final AreaChecksum checksum;
  private final ByteBuffer blocks;
  private final ByteBuffer own = JournalFormat.allocate(JournalFormat.BLOCK);

  /** Over the mailboxes of {@code area}, which stays the caller's. */
  public Mailboxes(MetadataArea area) {
    this(area.mailboxes(), area.identity());
  }

  Mailboxes(List<Device> devices, AreaIdentity identity) {
    this.devices = devices;
    this.lanes = identity.lanes();
    this.checksum = new AreaChecksum(identity.uuid());
    this.blocks = JournalFormat.allocate(lanes * LANE_BYTES);
  }

  /**
   * The newest mail of each lane, in their order; one read of each device.
   *
   * @throws IOException when no device can be read
   */
  public List<Optional<Mailbox>> read() throws IOException {
    List<Optional<Mailbox>> mails = new ArrayList<>(Collections.nCopies(lanes, Optional.empty()));
    onAny(
        device -> {
          device.read(0, blocks.clear());
          for (int lane = 0; lane < lanes; lane++) {
            mails.set(lane, newer(mails.get(lane), newest(lane)));
          }
        });
    return mails;
  }

  private static Optional<Mailbox> newer(Optional<Mailbox> one, Optional<Mailbox> other) {
    boolean otherIs =
        one.isEmpty() || (other.isPresent() && other.get().heartbeat() > one.get().heartbeat());
    return otherIs ? other : one;
  }

  /** What is done with one device. */
  @FunctionalInterface
  private interface Step {
    void take(Device device) throws IOException;
  }

  /** Does something with all devices; fails when it has failed with each. */
  private void onAny(Step step) throws IOException {
    IOException failure = null;
    int failed = 0;
    for (Device device : devices) {
      try {
        step.take(device);
      } catch (IOException e) {
        failure = e;
        failed++;
      }
    }
    if (failed == devices.size()) {
      throw failure;
    }
  }

  /**
   * Writes a mail of an acquired lane; it is seen on this host at once, and survives nothing.
   *
   * @param mail with a heartbeat above that of the lane's newest one
   * @throws IOException when no device can be written
   */
  public void write(int lane, Mailbox mail) throws IOException {
    mail.encode(lane, own.clear(), checksum);
    int at = at(lane, (int) (mail.heartbeat() & 1));
    onAny(device -> device.write(at, own.clear()));
  }

  private Optional<Mailbox> newest(int lane) {
    Optional<Mailbox> first = Mailbox.decode(blocks, at(lane, 0), lane, checksum);
    return newer(first, Mailbox.decode(blocks, at(lane, 1), lane, checksum));
  }

  private static int at(int lane, int which) {
    return lane * LANE_BYTES + which * JournalFormat.BLOCK;
  }
}
