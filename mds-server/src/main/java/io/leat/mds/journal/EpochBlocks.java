package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The epoch blocks of all lanes: who claims to own the virtual server, and the check whether
 * somebody newer does.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>at</th><th>what</th></tr>
 * <tr><td>lane x 8192</td><td>{@link EpochBlock} 0 of the lane</td></tr>
 * <tr><td>lane x 8192 + 4096</td><td>{@link EpochBlock} 1 of the lane</td></tr>
 * </table>
 *
 * The blocks of all configured lanes are read in one I/O. A claim is written over the older of its
 * lane's two blocks, so a claim that is cut short destroys no earlier one.
 *
 * <p><b>A block that cannot be read counts as newer</b>, because it may be a completed claim that
 * decayed since: its maker may have scanned the journal and be serving. (A claim that is only being
 * written would be harmless: its maker's scan comes later than this check, and finds what the
 * checker made durable before.)
 *
 * <p><b>One exception: the checker's own lane's other block.</b> It can be neither kind. The
 * checker made sure, when it claimed, that after it both blocks of its lane were readable, and
 * nobody else writes the lane while the checker has acquired it; so what cannot be read now is its
 * own older claim, decayed. The checker's newest block itself must be readable and hold its epoch.
 *
 * <p>Not thread-safe: for the thread of the virtual server's loop. {@link #newest} allocates
 * nothing.
 */
public final class EpochBlocks {

  private static final int LANE_BYTES = 2 * JournalFormat.BLOCK;

  /** Size of the device, bytes. */
  public static final int BYTES = AreaIdentity.LANES_MAX * LANE_BYTES;

  private static final int NOT_CLAIMED = -1;

  private final Device device;
  private final int lanes;
  private final AreaChecksum checksum;
  private final ByteBuffer blocks;
  private final ByteBuffer own = JournalFormat.allocate(JournalFormat.BLOCK);
  private int ownLane = NOT_CLAIMED;
  private int ownAt = NOT_CLAIMED;

  /** Over the epoch blocks of {@code area}, which stays the caller's. */
  public EpochBlocks(MetadataArea area) {
    this.device = area.epochs();
    this.lanes = area.identity().lanes();
    this.checksum = new AreaChecksum(area.identity().uuid());
    this.blocks = JournalFormat.allocate(lanes * LANE_BYTES);
  }

  /**
   * A second pair of eyes on an epoch that has been claimed already, for another thread: {@link
   * #newest} answers for it.
   *
   * @throws NewerEpochException when the lane does not hold that epoch
   */
  public static EpochBlocks following(MetadataArea area, int lane, long epoch) throws IOException {
    EpochBlocks follower = new EpochBlocks(area);
    follower.readAll();
    int first = lane * LANE_BYTES;
    int second = other(first);
    follower.ownAt = follower.sequence(first) >= follower.sequence(second) ? first : second;
    if (follower.epochAt(follower.ownAt) != epoch) {
      throw new NewerEpochException(
          "lane %d does not hold epoch %d: %s"
              .formatted(lane, epoch, follower.describe(follower.ownAt)));
    }
    follower.ownLane = lane;
    return follower;
  }

  /**
   * The highest epoch that anyone has claimed, 0 if nobody has. Blocks that cannot be read are left
   * out: {@link #claim} decides about them.
   */
  public long highest() throws IOException {
    readAll();
    long highest = 0;
    for (int at = 0; at < blocks.capacity(); at += JournalFormat.BLOCK) {
      highest = Math.max(highest, epochAt(at));
    }
    return highest;
  }

  /**
   * Who has claimed an epoch in each lane last, as far as its blocks can be read; empty where
   * nobody ever has. What cannot be read belongs to a name that nobody has.
   */
  List<Optional<String>> owners() throws IOException {
    readAll();
    List<Optional<String>> owners = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      owners.add(owner(lane * LANE_BYTES));
    }
    return owners;
  }

  private Optional<String> owner(int first) {
    int second = other(first);
    int newest = sequence(first) >= sequence(second) ? first : second;
    if (sequence(newest) > 0) {
      return Optional.of(EpochBlock.ownerAt(blocks, newest));
    }
    boolean blank = epochAt(first) == EpochBlock.BLANK && epochAt(second) == EpochBlock.BLANK;
    return blank ? Optional.empty() : Optional.of("");
  }

  /**
   * Claims an epoch, durably. The caller has acquired the lane.
   *
   * @param owner name for people, 1 to 256 bytes in UTF-8
   * @throws NewerEpochException when another lane holds the same or a newer epoch or cannot be
   *     read, or the own lane has already claimed it; try again with a larger one
   */
  public void claim(int lane, long epoch, String owner) throws IOException {
    if (lane < 0 || lane >= lanes || epoch < 1) {
      throw new IllegalArgumentException("epoch %d in lane %d of %d".formatted(epoch, lane, lanes));
    }
    ownLane = NOT_CLAIMED;
    readAll();
    requireNewest(lane, epoch);
    requireAbove(lane, epoch);
    write(lane, epoch, owner);
    if (epochAt(other(ownAt)) == EpochBlock.UNREADABLE) {
      write(lane, epoch, owner);
    }
    requireNewest(lane, epoch);
    ownLane = lane;
  }

  /** Writes over the older block of the lane, and reads everything again. */
  private void write(int lane, long epoch, String owner) throws IOException {
    int first = lane * LANE_BYTES;
    int second = other(first);
    long sequence = Math.max(sequence(first), sequence(second)) + 1;
    int target = sequence(first) <= sequence(second) ? first : second;
    new EpochBlock(lane, epoch, sequence, owner).encode(own, checksum);
    device.write(target, own.clear());
    device.flush();
    readAll();
    if (epochAt(target) != epoch || sequence(target) != sequence) {
      throw new NewerEpochException(
          "the claim of epoch %d by %s was not there when it was read back from lane %d of %s"
              .formatted(epoch, owner, lane, device));
    }
    ownAt = target;
  }

  private long sequence(int at) {
    return epochAt(at) > EpochBlock.BLANK ? EpochBlock.sequenceAt(blocks, at) : 0;
  }

  private void requireNewest(int lane, long epoch) throws NewerEpochException {
    int blocking = blockingBlock(lane, epoch);
    if (blocking >= 0) {
      throw new NewerEpochException(
          "epoch %d cannot be claimed in lane %d: %s".formatted(epoch, lane, describe(blocking)));
    }
  }

  private void requireAbove(int lane, long epoch) throws NewerEpochException {
    for (int at = lane * LANE_BYTES; at < (lane + 1) * LANE_BYTES; at += JournalFormat.BLOCK) {
      if (epochAt(at) >= epoch) {
        throw new NewerEpochException(
            "epoch %d cannot be claimed again: %s".formatted(epoch, describe(at)));
      }
    }
  }

  private String describe(int at) {
    long epoch = epochAt(at);
    String where =
        "block %d of lane %d in %s".formatted(at / JournalFormat.BLOCK % 2, lane(at), device);
    return epoch == EpochBlock.UNREADABLE
        ? where
            + " cannot be read and may be newer; if it stays so, start the metadata server of that"
            + " lane, which repairs it"
        : "%s holds epoch %d of %s".formatted(where, epoch, EpochBlock.ownerAt(blocks, at));
  }

  /**
   * Whether {@code epoch}, which was claimed here, is the newest of all; one read. If so, whatever
   * was durable when this was called will be seen by every newer owner.
   *
   * @throws IOException when the blocks could not be read: the answer is unknown
   */
  public boolean newest(long epoch) throws IOException {
    if (ownLane == NOT_CLAIMED) {
      return false;
    }
    readAll();
    return epochAt(ownAt) == epoch && blockingBlock(ownLane, epoch) < 0;
  }

  /**
   * Where a block of another lane is that is not older, or of this lane one that is newer; or -1.
   */
  private int blockingBlock(int lane, long epoch) {
    for (int at = 0; at < blocks.capacity(); at += JournalFormat.BLOCK) {
      long found = epochAt(at);
      boolean blocks =
          lane(at) == lane ? found > epoch : found >= epoch || found == EpochBlock.UNREADABLE;
      if (blocks) {
        return at;
      }
    }
    return -1;
  }

  private void readAll() throws IOException {
    device.read(0, blocks.clear());
  }

  private long epochAt(int at) {
    return EpochBlock.epochAt(blocks, at, lane(at), checksum);
  }

  private static int lane(int at) {
    return at / LANE_BYTES;
  }

  private static int other(int at) {
    return at ^ JournalFormat.BLOCK;
  }
}
