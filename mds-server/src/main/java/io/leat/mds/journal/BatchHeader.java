package io.leat.mds.journal;

import java.nio.ByteBuffer;

/**
 * What stands before a batch's payload. A batch begins at a multiple of {@link JournalFormat#BLOCK}
 * and is padded with zeros to the next.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATBAT\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>length of the payload, bytes</td></tr>
 * <tr><td>16</td><td>8</td><td>epoch in which the batch was made</td></tr>
 * <tr><td>24</td><td>8</td><td>batch number</td></tr>
 * <tr><td>32</td><td>16</td><td>running hash before this batch</td></tr>
 * <tr><td>48</td><td>8</td><td>epoch of the segment for which this copy was written</td></tr>
 * <tr><td>56</td><td>4</td><td>zeros</td></tr>
 * <tr><td>60</td><td>4</td><td>CRC32C of the area's UUID, bytes 0 to 59, and the payload</td></tr>
 * <tr><td>64</td><td></td><td>payload: effects, opaque here</td></tr>
 * </table>
 *
 * @param payloadBytes 1 to {@link JournalFormat#PAYLOAD_BYTES_MAX}
 * @param epoch 1 or more
 * @param batch 1 or more
 * @param previous running hash before this batch
 * @param segmentEpoch equal to {@code epoch}, or larger in a copy that a newer owner made; tells
 *     copies from what the owner of the epoch wrote, and is no part of the running hash
 */
record BatchHeader(
    int payloadBytes, long epoch, long batch, ChainHash previous, long segmentEpoch) {

  static final int BYTES = 64;

  private static final long MAGIC = 0x4C4541544241540AL;
  private static final int CHECKSUM_AT = 60;

  /** Whether a newer owner copied it here. */
  boolean isCopy() {
    return segmentEpoch != epoch;
  }

  /** Writes header and checksum; the payload already stands behind it in {@code buffer}. */
  void encode(ByteBuffer buffer, AreaChecksum checksum) {
    buffer.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, payloadBytes);
    buffer.putLong(16, epoch).putLong(24, batch);
    previous.put(buffer, 32);
    buffer.putLong(48, segmentEpoch).putInt(56, 0);
    buffer.putInt(CHECKSUM_AT, checksum(buffer, payloadBytes, checksum));
  }

  /**
   * Length of the payload that {@code buffer} promises, or -1 if no batch begins at its byte 0. Not
   * yet checked against the checksum.
   */
  static int promisedPayloadBytes(ByteBuffer buffer) {
    int length = buffer.getInt(12);
    boolean header = buffer.getLong(0) == MAGIC && buffer.getInt(8) == JournalFormat.VERSION;
    return header && length > 0 && length <= JournalFormat.PAYLOAD_BYTES_MAX ? length : -1;
  }

  /** The first block from {@code from} on that may begin a batch; {@code to} when there is none. */
  static int nextPromise(ByteBuffer buffer, int from, int to) {
    for (int at = from; at < to; at += JournalFormat.BLOCK) {
      if (buffer.getLong(at) == MAGIC) {
        return at;
      }
    }
    return to;
  }

  /** Whether header and payload in {@code buffer} are as they were written. */
  static boolean isIntact(ByteBuffer buffer, int payloadBytes, AreaChecksum checksum) {
    return buffer.getInt(CHECKSUM_AT) == checksum(buffer, payloadBytes, checksum);
  }

  /** Reads a header, intact or not: an unreadable batch's numbers are good for messages only. */
  static BatchHeader decode(ByteBuffer buffer) {
    return new BatchHeader(
        buffer.getInt(12),
        buffer.getLong(16),
        buffer.getLong(24),
        ChainHash.get(buffer, 32),
        buffer.getLong(48));
  }

  private static int checksum(ByteBuffer buffer, int payloadBytes, AreaChecksum checksum) {
    return checksum.start().add(buffer, 0, CHECKSUM_AT).add(buffer, BYTES, payloadBytes).value();
  }
}
