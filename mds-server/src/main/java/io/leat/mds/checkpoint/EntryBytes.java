package io.leat.mds.checkpoint;

import io.leat.mds.image.ImageReader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads the entries of a chunk's payload; the checksum is right, lengths and order are checked. */
final class EntryBytes {

  private byte[] lastKey = {};
  private long count;

  /** Takes an entry. */
  @FunctionalInterface
  interface Visitor {
    void visit(byte[] key, byte[] value);
  }

  /** Visits all entries of the next chunk; the payload's position does not move. */
  void visit(ByteBuffer payload, Visitor visitor) throws CheckpointException {
    ByteBuffer in = payload.slice();
    while (in.hasRemaining()) {
      byte[] key = bytes(in, length(in, Short.BYTES), ImageReader.MAX_KEY_BYTES, "key");
      byte[] value = bytes(in, length(in, Integer.BYTES), ImageReader.MAX_VALUE_BYTES, "value");
      if (Arrays.compareUnsigned(lastKey, key) >= 0) {
        throw new CheckpointException("entry %d is not in the order of keys".formatted(count));
      }
      lastKey = key;
      count++;
      visitor.visit(key, value);
    }
  }

  /** Entries visited so far. */
  long count() {
    return count;
  }

  private int length(ByteBuffer in, int size) throws CheckpointException {
    if (in.remaining() < size) {
      throw new CheckpointException("entry %d is cut short".formatted(count));
    }
    return size == Short.BYTES ? Short.toUnsignedInt(in.getShort()) : in.getInt();
  }

  private byte[] bytes(ByteBuffer in, int length, int max, String what) throws CheckpointException {
    if (length < 0 || length > max || length > in.remaining()) {
      throw new CheckpointException(
          "the %s of entry %d has an impossible length".formatted(what, count));
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
