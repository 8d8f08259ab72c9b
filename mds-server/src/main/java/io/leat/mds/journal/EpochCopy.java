package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The epoch blocks of all lanes as they stand on one device, and what can be said about them. One
 * thread.
 */
final class EpochCopy {

  static final int LANE_BYTES = 2 * JournalFormat.BLOCK;

  /** Where a block is that nobody has. */
  static final int NONE = -1;

  private final Device device;
  private final AreaChecksum checksum;
  private final ByteBuffer blocks;
  private final ByteBuffer own = JournalFormat.allocate(JournalFormat.BLOCK);

  /** Null when the last read succeeded. */
  private IOException failure;

  EpochCopy(Device device, AreaIdentity identity) {
    this.device = device;
    this.checksum = new AreaChecksum(identity.uuid());
    this.blocks = JournalFormat.allocate(identity.lanes() * LANE_BYTES);
  }

  /** Reads all blocks; returns whether that was possible. */
  boolean read() {
    try {
      device.read(0, blocks.clear());
      failure = null;
    } catch (IOException e) {
      failure = e;
    }
    return failure == null;
  }

  boolean isRead() {
    return failure == null;
  }

  /** Why it could not be read. */
  IOException failure() {
    return failure;
  }

  /** The highest epoch of an intact block. */
  long highest() {
    long highest = 0;
    for (int at = 0; at < blocks.capacity(); at += JournalFormat.BLOCK) {
      highest = Math.max(highest, epochAt(at));
    }
    return highest;
  }

  /** The epoch of the lane's newest intact block, 0 if there is none. */
  long epoch(int lane) {
    return Math.max(epochAt(newest(lane)), 0);
  }

  /** The sequence of the lane's newest intact block, 0 if there is none. */
  long sequence(int lane) {
    int first = lane * LANE_BYTES;
    return Math.max(sequenceAt(first), sequenceAt(other(first)));
  }

  /** Whether neither block of the lane was ever written. */
  boolean isBlank(int lane) {
    int first = lane * LANE_BYTES;
    return epochAt(first) == EpochBlock.BLANK && epochAt(other(first)) == EpochBlock.BLANK;
  }

  /** Whose the lane's newest intact block is; empty if there is none. */
  Optional<String> owner(int lane) {
    int newest = newest(lane);
    return sequenceAt(newest) > 0
        ? Optional.of(EpochBlock.ownerAt(blocks, newest))
        : Optional.empty();
  }

  /** What the lane's newest intact block says about the devices. */
  InSync inSync(int lane) {
    int newest = newest(lane);
    return sequenceAt(newest) > 0 ? EpochBlock.inSyncAt(blocks, newest) : InSync.UNSAID;
  }

  private int newest(int lane) {
    int first = lane * LANE_BYTES;
    return sequenceAt(first) >= sequenceAt(other(first)) ? first : other(first);
  }

  /** Whether one of the lane's blocks holds the epoch. */
  boolean holds(int lane, long epoch) {
    int first = lane * LANE_BYTES;
    return epochAt(first) == epoch || epochAt(other(first)) == epoch;
  }

  /** A block of another lane that is not older or cannot be read, or of this one that is newer. */
  int blocking(int lane, long epoch) {
    for (int at = 0; at < blocks.capacity(); at += JournalFormat.BLOCK) {
      long found = epochAt(at);
      boolean blocks =
          lane(at) == lane ? found > epoch : found >= epoch || found == EpochBlock.UNREADABLE;
      if (blocks) {
        return at;
      }
    }
    return NONE;
  }

  /** Puts the lane's blocks, as they are, at their place in {@code all}. */
  void put(int lane, ByteBuffer all) {
    int first = lane * LANE_BYTES;
    all.put(first, blocks, first, LANE_BYTES);
  }

  /** Whether a block can be read. */
  boolean isReadable(int at) {
    return epochAt(at) != EpochBlock.UNREADABLE;
  }

  /** Whether one of the lane's two blocks cannot be read. */
  boolean isDamaged(int lane) {
    int first = lane * LANE_BYTES;
    return epochAt(first) == EpochBlock.UNREADABLE
        || epochAt(other(first)) == EpochBlock.UNREADABLE;
  }

  /** Writes over the older of the lane's two blocks, durably, and reads everything again. */
  void write(EpochBlock block) throws IOException {
    int first = block.lane() * LANE_BYTES;
    int target = sequenceAt(first) <= sequenceAt(other(first)) ? first : other(first);
    block.encode(own, checksum);
    device.write(target, own.clear());
    device.flush();
    device.read(0, blocks.clear());
    if (epochAt(target) != block.epoch() || sequenceAt(target) != block.sequence()) {
      throw new IOException(
          "the claim of epoch %d by %s was not there when it was read back from lane %d of %s"
              .formatted(block.epoch(), block.owner(), block.lane(), device));
    }
  }

  /** Erases both of the lane's blocks, durably. */
  void erase(int lane) throws IOException {
    JournalFormat.zero(own, 0, JournalFormat.BLOCK);
    int first = lane * LANE_BYTES;
    device.write(first, own.clear());
    device.write(other(first), own.clear());
    device.flush();
    device.read(0, blocks.clear());
    if (!isBlank(lane)) {
      throw new IOException(
          "lane %d of %s is not blank after it was erased".formatted(lane, device));
    }
  }

  /** For people. */
  String describe(int at) {
    long epoch = epochAt(at);
    String where =
        "block %d of lane %d in %s".formatted(at / JournalFormat.BLOCK % 2, lane(at), device);
    return epoch == EpochBlock.UNREADABLE
        ? where
            + " cannot be read and may be newer; if it stays so, start the metadata server of that"
            + " lane, which repairs it"
        : "%s holds epoch %d of %s".formatted(where, epoch, EpochBlock.ownerAt(blocks, at));
  }

  private long epochAt(int at) {
    return EpochBlock.epochAt(blocks, at, lane(at), checksum);
  }

  private long sequenceAt(int at) {
    return epochAt(at) > EpochBlock.BLANK ? EpochBlock.sequenceAt(blocks, at) : 0;
  }

  private static int lane(int at) {
    return at / LANE_BYTES;
  }

  private static int other(int at) {
    return at ^ JournalFormat.BLOCK;
  }

  @Override
  public String toString() {
    return device.toString();
  }
}
