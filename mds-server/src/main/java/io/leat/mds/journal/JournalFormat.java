package io.leat.mds.journal;

import java.nio.ByteBuffer;

/** Numbers that all parts of the format share. Everything is big-endian. */
public final class JournalFormat {

  /** Alignment of everything that is written, and the length of headers of segments, bytes. */
  public static final int BLOCK = 4096;

  /** Largest payload of a batch, bytes. */
  public static final int PAYLOAD_BYTES_MAX = 8 << 20;

  /** The version that is written and the only one that is read. */
  public static final int VERSION = 1;

  private JournalFormat() {}

  /** Rounds up to whole blocks. */
  public static int blocks(int bytes) {
    return (bytes + BLOCK - 1) & -BLOCK;
  }

  /** Bytes that a batch with such a payload takes in a segment. */
  static int batchBytes(int payloadBytes) {
    return blocks(BatchHeader.BYTES + payloadBytes);
  }

  /** A zeroed direct buffer whose address is aligned as every supported device asks for. */
  public static ByteBuffer allocate(int bytes) {
    ByteBuffer aligned = ByteBuffer.allocateDirect(bytes + BLOCK).alignedSlice(BLOCK);
    return aligned.limit(bytes).slice();
  }

  /** Zeroes a range; position and limit stay. */
  public static void zero(ByteBuffer buffer, int from, int to) {
    for (int at = from; at < to; at++) {
      buffer.put(at, (byte) 0);
    }
  }

  /** Whether a range, a multiple of 8 bytes long, is all zeros. */
  public static boolean isZero(ByteBuffer buffer, int at, int length) {
    for (int end = at + length; at < end; at += Long.BYTES) {
      if (buffer.getLong(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
