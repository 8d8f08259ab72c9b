package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * What all blocks have in common that a lane has on a metadata device: all that counts is in the
 * first 512 bytes, a sector, which devices write whole or not at all.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>508</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * <tr><td>512</td><td></td><td>zeros, not looked at</td></tr>
 * </table>
 *
 * A name in it is its length, 4 bytes, and then {@value #NAME_BYTES_MAX} bytes in UTF-8, padded
 * with zeros. Nothing here but {@link #name} allocates.
 */
final class LaneSector {

  /** Longest name, bytes. */
  static final int NAME_BYTES_MAX = 256;

  private static final int BYTES = 512;
  private static final int CHECKSUM_AT = BYTES - Integer.BYTES;

  private LaneSector() {}

  /** Begins a block at byte 0, with zeros behind the lane. */
  static void begin(ByteBuffer block, long magic, int lane) {
    JournalFormat.zero(block, 0, JournalFormat.BLOCK);
    block.putLong(0, magic).putInt(8, JournalFormat.VERSION).putInt(12, lane);
  }

  /** Ends a block with its checksum. */
  static void end(ByteBuffer block, AreaChecksum checksum) {
    block.putInt(CHECKSUM_AT, checksum.start().add(block, 0, CHECKSUM_AT).value());
  }

  /** Whether nothing was ever written at {@code at}. */
  static boolean isBlank(ByteBuffer blocks, int at) {
    return blocks.getLong(at) == 0 && JournalFormat.isZero(blocks, at, BYTES);
  }

  /** Whether such a block of that lane stands at {@code at}, as it was written. */
  static boolean isIntact(ByteBuffer blocks, int at, long magic, int lane, AreaChecksum checksum) {
    return blocks.getLong(at) == magic
        && blocks.getInt(at + 8) == JournalFormat.VERSION
        && blocks.getInt(at + 12) == lane
        && blocks.getInt(at + CHECKSUM_AT) == checksum.start().add(blocks, at, CHECKSUM_AT).value();
  }

  /** Whether a name is neither empty nor too long. */
  static boolean isName(String name) {
    int bytes = name.getBytes(UTF_8).length;
    return bytes >= 1 && bytes <= NAME_BYTES_MAX;
  }

  static void putName(ByteBuffer block, int at, String name) {
    byte[] bytes = name.getBytes(UTF_8);
    block.putInt(at, bytes.length).put(at + Integer.BYTES, bytes);
  }

  /** The name in an intact block. */
  static String name(ByteBuffer blocks, int at) {
    byte[] bytes = new byte[blocks.getInt(at)];
    blocks.get(at + Integer.BYTES, bytes);
    return new String(bytes, UTF_8);
  }
}
