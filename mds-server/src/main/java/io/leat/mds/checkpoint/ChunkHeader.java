package io.leat.mds.checkpoint;

import io.leat.mds.image.ImageReader;
import io.leat.mds.journal.AreaChecksum;
import io.leat.mds.journal.JournalFormat;
import java.nio.ByteBuffer;

/**
 * What stands before the entries of a chunk. Chunks follow the checkpoint's header and each other;
 * each is padded with zeros to a multiple of {@link JournalFormat#BLOCK}.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATCHU\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>length of the payload, bytes</td></tr>
 * <tr><td>16</td><td>8</td><td>sequence of the checkpoint</td></tr>
 * <tr><td>24</td><td>8</td><td>number of the chunk, from 0</td></tr>
 * <tr><td>32</td><td></td><td>zeros</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC32C of the area's UUID, bytes 0 to 59, and the payload</td></tr>
 * <tr><td>64</td><td></td><td>payload: entries in the order of keys, each as key length (u16), key,
 *     value length (u32), value</td></tr>
 * </table>
 *
 * @param payloadBytes 1 to {@link #PAYLOAD_BYTES_MAX}
 * @param sequence tells the chunk from one that an earlier checkpoint left in its place
 */
record ChunkHeader(int payloadBytes, long sequence, long number) {

  static final int BYTES = 64;

  /** What an entry takes beside its key and value, bytes. */
  static final int ENTRY_OVERHEAD_BYTES = Short.BYTES + Integer.BYTES;

  /** Room for one entry of any size, and so a little more than 1 MiB. */
  static final int PAYLOAD_BYTES_MAX =
      ENTRY_OVERHEAD_BYTES + ImageReader.MAX_KEY_BYTES + ImageReader.MAX_VALUE_BYTES;

  /** The largest chunk, bytes. */
  static final int CHUNK_BYTES_MAX = JournalFormat.blocks(BYTES + PAYLOAD_BYTES_MAX);

  private static final long MAGIC = 0x4C4541544348550AL;
  private static final int CHECKSUM_AT = 60;

  /** Length of the chunk with padding, bytes. */
  int chunkBytes() {
    return JournalFormat.blocks(BYTES + payloadBytes);
  }

  /** Writes header and checksum at byte 0; the payload already stands behind it. */
  void encode(ByteBuffer chunk, AreaChecksum checksum) {
    JournalFormat.zero(chunk, 0, BYTES);
    chunk.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, payloadBytes);
    chunk.putLong(16, sequence).putLong(24, number);
    chunk.putInt(CHECKSUM_AT, checksum(chunk, checksum));
  }

  /** The header that the chunk's first block promises; its checksum is not looked at yet. */
  static ChunkHeader decode(ByteBuffer block) throws CheckpointException {
    int payloadBytes = block.getInt(12);
    if (block.getLong(0) != MAGIC
        || block.getInt(8) != JournalFormat.VERSION
        || payloadBytes < 1
        || payloadBytes > PAYLOAD_BYTES_MAX) {
      throw new CheckpointException("no chunk begins there");
    }
    return new ChunkHeader(payloadBytes, block.getLong(16), block.getLong(24));
  }

  boolean isIntact(ByteBuffer chunk, AreaChecksum checksum) {
    return chunk.getInt(CHECKSUM_AT) == checksum(chunk, checksum);
  }

  private int checksum(ByteBuffer chunk, AreaChecksum checksum) {
    return checksum.start().add(chunk, 0, CHECKSUM_AT).add(chunk, BYTES, payloadBytes).value();
  }
}
