package io.leat.mds.journal;

import java.nio.ByteBuffer;

/**
 * One claim of an epoch, as it stands on the storage.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATEPO\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>16</td><td>8</td><td>epoch</td></tr>
 * <tr><td>24</td><td>8</td><td>sequence: counts the lane's claims</td></tr>
 * <tr><td>32</td><td>4</td><td>length of the owner's name, bytes</td></tr>
 * <tr><td>36</td><td>256</td><td>the owner's name in UTF-8, padded with zeros</td></tr>
 * <tr><td>292</td><td>4</td><td>{@link InSync#devices}; 0 in an area of one device</td></tr>
 * <tr><td>296</td><td>8</td><td>{@link InSync#epoch}</td></tr>
 * <tr><td>304</td><td></td><td>zeros</td></tr>
 * <tr><td>508</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * <tr><td>512</td><td></td><td>zeros, not looked at</td></tr>
 * </table>
 *
 * All that counts is in the first 512 bytes, a sector, which devices write whole or not at all: so
 * a loss of power during a claim leaves no block that cannot be read, which would keep the other
 * lanes from claiming. A sector of zeros was never written.
 *
 * @param epoch 1 or more
 * @param sequence 1 or more
 * @param owner for people; 1 to {@link LaneSector#NAME_BYTES_MAX} bytes
 * @param inSync what an owner of this lane has said last
 */
record EpochBlock(int lane, long epoch, long sequence, String owner, InSync inSync) {

  /** What {@link #epochAt} answers for a block that was never written. */
  static final long BLANK = 0;

  /** What {@link #epochAt} answers for a block that cannot be read. */
  static final long UNREADABLE = -1;

  private static final long MAGIC = 0x4C45415445504F0AL;
  private static final int EPOCH_AT = 16;
  private static final int SEQUENCE_AT = 24;
  private static final int OWNER_AT = 32;
  private static final int DEVICES_AT = OWNER_AT + Integer.BYTES + LaneSector.NAME_BYTES_MAX;
  private static final int DEVICES_EPOCH_AT = DEVICES_AT + Integer.BYTES;

  EpochBlock {
    if (epoch < 1 || sequence < 1 || !LaneSector.isName(owner)) {
      throw new IllegalArgumentException(
          "claim of epoch %d, sequence %d, by '%s'".formatted(epoch, sequence, owner));
    }
  }

  /** Writes the block at byte 0 of {@code block}. */
  void encode(ByteBuffer block, AreaChecksum checksum) {
    LaneSector.begin(block, MAGIC, lane);
    block.putLong(EPOCH_AT, epoch).putLong(SEQUENCE_AT, sequence);
    LaneSector.putName(block, OWNER_AT, owner);
    block.putInt(DEVICES_AT, inSync.devices()).putLong(DEVICES_EPOCH_AT, inSync.epoch());
    LaneSector.end(block, checksum);
  }

  /** The epoch of the block at {@code at}, {@link #BLANK} or {@link #UNREADABLE}; no allocation. */
  static long epochAt(ByteBuffer blocks, int at, int lane, AreaChecksum checksum) {
    if (LaneSector.isBlank(blocks, at)) {
      return BLANK;
    }
    return LaneSector.isIntact(blocks, at, MAGIC, lane, checksum)
        ? blocks.getLong(at + EPOCH_AT)
        : UNREADABLE;
  }

  /** The sequence of an intact block. */
  static long sequenceAt(ByteBuffer blocks, int at) {
    return blocks.getLong(at + SEQUENCE_AT);
  }

  /** The owner's name in an intact block. */
  static String ownerAt(ByteBuffer blocks, int at) {
    return LaneSector.name(blocks, at + OWNER_AT);
  }

  /** Which devices an intact block says are in sync. */
  static InSync inSyncAt(ByteBuffer blocks, int at) {
    return new InSync(blocks.getInt(at + DEVICES_AT), blocks.getLong(at + DEVICES_EPOCH_AT));
  }
}
