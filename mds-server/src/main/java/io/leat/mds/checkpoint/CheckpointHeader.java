package io.leat.mds.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalPosition;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The first block of a checkpoint; written last, when all chunks have been read back.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATCKP\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>16</td><td>16</td><td>UUID of the metadata area</td></tr>
 * <tr><td>32</td><td>8</td><td>sequence: grows with each checkpoint of the lane</td></tr>
 * <tr><td>40</td><td>32</td><td>position in the journal: epoch, batch, hash</td></tr>
 * <tr><td>72</td><td>8</td><td>number of entries</td></tr>
 * <tr><td>80</td><td>8</td><td>number of chunks</td></tr>
 * <tr><td>88</td><td>8</td><td>length with this block, bytes</td></tr>
 * <tr><td>96</td><td>32</td><td>SHA-256 of all entries: the image's hash</td></tr>
 * <tr><td>128</td><td>4</td><td>length of the virtual server's name, bytes</td></tr>
 * <tr><td>132</td><td>128</td><td>name of the virtual server in UTF-8, padded with zeros</td></tr>
 * <tr><td>260</td><td></td><td>zeros</td></tr>
 * <tr><td>508</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * <tr><td>512</td><td></td><td>zeros, not looked at</td></tr>
 * </table>
 *
 * All that counts is in one sector, which devices write whole or not at all.
 *
 * @param area UUID of the metadata area
 * @param virtualServer its name, for people
 * @param sequence 1 or more
 * @param position of the image in the journal
 * @param bytes from the beginning of this block to the end of the last chunk
 * @param imageHash of all entries, as {@link io.leat.mds.image.ImageHash} computes it; 64
 *     hexadecimal digits
 */
public record CheckpointHeader(
    UUID area,
    String virtualServer,
    int lane,
    long sequence,
    JournalPosition position,
    long entries,
    long chunks,
    long bytes,
    String imageHash) {

  private static final long MAGIC = 0x4C454154434B500AL;
  private static final int SECTOR = 512;
  private static final int CHECKSUM_AT = SECTOR - Integer.BYTES;
  private static final int UUID_AT = 16;
  private static final int SEQUENCE_AT = 32;
  private static final int POSITION_AT = 40;
  private static final int ENTRIES_AT = 72;
  private static final int CHUNKS_AT = 80;
  private static final int BYTES_AT = 88;
  private static final int HASH_AT = 96;
  private static final int HASH_BYTES = 32;
  private static final int NAME_LENGTH_AT = 128;
  private static final int NAME_AT = 132;

  public CheckpointHeader {
    Objects.requireNonNull(area, "area");
    Objects.requireNonNull(virtualServer, "virtualServer");
    Objects.requireNonNull(position, "position");
    if (sequence < 1 || entries < 0 || chunks < 0 || bytes < JournalFormat.BLOCK) {
      throw new IllegalArgumentException(
          "checkpoint %d with %d entries in %d chunks of %d bytes"
              .formatted(sequence, entries, chunks, bytes));
    }
    if (imageHash.length() != 2 * HASH_BYTES) {
      throw new IllegalArgumentException("hash '" + imageHash + "'");
    }
  }

  /** Writes the block at byte 0 of {@code block}. */
  void encode(ByteBuffer block) {
    JournalFormat.zero(block, 0, JournalFormat.BLOCK);
    byte[] name = virtualServer.getBytes(UTF_8);
    block.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, lane);
    block.putLong(UUID_AT, area.getMostSignificantBits());
    block.putLong(UUID_AT + Long.BYTES, area.getLeastSignificantBits());
    block.putLong(SEQUENCE_AT, sequence);
    position.put(block, POSITION_AT);
    block.putLong(ENTRIES_AT, entries).putLong(CHUNKS_AT, chunks).putLong(BYTES_AT, bytes);
    block.put(HASH_AT, HexFormat.of().parseHex(imageHash));
    block.putInt(NAME_LENGTH_AT, name.length).put(NAME_AT, name);
    block.putInt(CHECKSUM_AT, new AreaChecksum(area).start().add(block, 0, CHECKSUM_AT).value());
  }

  /**
   * The header in {@code block}; empty when there is none, as before the first checkpoint and while
   * one is being written.
   *
   * @throws CheckpointException when there is one that cannot be used
   */
  static Optional<CheckpointHeader> decode(ByteBuffer block, AreaIdentity identity)
      throws CheckpointException {
    if (JournalFormat.isZero(block, 0, SECTOR)) {
      return Optional.empty();
    }
    if (block.getLong(0) != MAGIC) {
      throw new CheckpointException("it does not begin with a checkpoint's header");
    }
    requireVersion(block.getInt(8));
    UUID area = new UUID(block.getLong(UUID_AT), block.getLong(UUID_AT + Long.BYTES));
    if (!area.equals(identity.uuid())) {
      throw new CheckpointException(
          "it belongs to metadata area %s, not to this one, %s".formatted(area, identity.uuid()));
    }
    if (block.getInt(CHECKSUM_AT)
        != new AreaChecksum(area).start().add(block, 0, CHECKSUM_AT).value()) {
      throw new CheckpointException("its header's checksum is wrong");
    }
    return Optional.of(intact(block, area));
  }

  private static void requireVersion(int version) throws CheckpointException {
    if (version != JournalFormat.VERSION) {
      throw new CheckpointException(
          "its format is version %d, and this server reads version %d"
              .formatted(version, JournalFormat.VERSION));
    }
  }

  private static CheckpointHeader intact(ByteBuffer block, UUID area) {
    byte[] name = new byte[block.getInt(NAME_LENGTH_AT)];
    block.get(NAME_AT, name);
    byte[] hash = new byte[HASH_BYTES];
    block.get(HASH_AT, hash);
    return new CheckpointHeader(
        area,
        new String(name, UTF_8),
        block.getInt(12),
        block.getLong(SEQUENCE_AT),
        JournalPosition.get(block, POSITION_AT),
        block.getLong(ENTRIES_AT),
        block.getLong(CHUNKS_AT),
        block.getLong(BYTES_AT),
        HexFormat.of().formatHex(hash));
  }
}
