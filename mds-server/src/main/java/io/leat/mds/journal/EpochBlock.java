package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * @param owner for people; 1 to {@link #OWNER_BYTES_MAX} bytes
 * @param inSync what an owner of this lane has said last
 */
record EpochBlock(int lane, long epoch, long sequence, String owner, InSync inSync) {

  static final int OWNER_BYTES_MAX = 256;

  /** What {@link #epochAt} answers for a block that was never written. */
  static final long BLANK = 0;

  /** What {@link #epochAt} answers for a block that cannot be read. */
  static final long UNREADABLE = -1;

  private static final long MAGIC = 0x4C45415445504F0AL;
  private static final int EPOCH_AT = 16;
  private static final int SEQUENCE_AT = 24;
  private static final int OWNER_LENGTH_AT = 32;
  private static final int OWNER_AT = 36;
  private static final int DEVICES_AT = OWNER_AT + OWNER_BYTES_MAX;
  private static final int DEVICES_EPOCH_AT = DEVICES_AT + Integer.BYTES;
  private static final int SECTOR = 512;
  private static final int CHECKSUM_AT = SECTOR - Integer.BYTES;

  EpochBlock {
    int ownerBytes = owner.getBytes(UTF_8).length;
    if (epoch < 1 || sequence < 1 || ownerBytes < 1 || ownerBytes > OWNER_BYTES_MAX) {
      throw new IllegalArgumentException(
          "claim of epoch %d, sequence %d, by '%s'".formatted(epoch, sequence, owner));
    }
  }

  /** Writes the block at byte 0 of {@code block}. */
  void encode(ByteBuffer block, AreaChecksum checksum) {
    JournalFormat.zero(block, 0, JournalFormat.BLOCK);
    byte[] name = owner.getBytes(UTF_8);
    block.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, lane);
    block.putLong(EPOCH_AT, epoch).putLong(SEQUENCE_AT, sequence);
    block.putInt(OWNER_LENGTH_AT, name.length).put(OWNER_AT, name);
    block.putInt(DEVICES_AT, inSync.devices()).putLong(DEVICES_EPOCH_AT, inSync.epoch());
    block.putInt(CHECKSUM_AT, checksum.start().add(block, 0, CHECKSUM_AT).value());
  }

  /** The epoch of the block at {@code at}, {@link #BLANK} or {@link #UNREADABLE}; no allocation. */
  static long epochAt(ByteBuffer blocks, int at, int lane, AreaChecksum checksum) {
    if (blocks.getLong(at) == 0 && JournalFormat.isZero(blocks, at, SECTOR)) {
      return BLANK;
    }
    boolean intact =
        blocks.getLong(at) == MAGIC
            && blocks.getInt(at + 8) == JournalFormat.VERSION
            && blocks.getInt(at + 12) == lane
            && blocks.getInt(at + CHECKSUM_AT)
                == checksum.start().add(blocks, at, CHECKSUM_AT).value();
    return intact ? blocks.getLong(at + EPOCH_AT) : UNREADABLE;
  }

  /** The sequence of an intact block. */
  static long sequenceAt(ByteBuffer blocks, int at) {
    return blocks.getLong(at + SEQUENCE_AT);
  }

  /** The owner's name in an intact block. */
  static String ownerAt(ByteBuffer blocks, int at) {
    byte[] name = new byte[blocks.getInt(at + OWNER_LENGTH_AT)];
    blocks.get(at + OWNER_AT, name);
    return new String(name, UTF_8);
  }

  /** Which devices an intact block says are in sync. */
  static InSync inSyncAt(ByteBuffer blocks, int at) {
    return new InSync(blocks.getInt(at + DEVICES_AT), blocks.getLong(at + DEVICES_EPOCH_AT));
  }
}
