package io.leat.mds.journal;

import java.nio.ByteBuffer;

/**
 * The running hash of a journal up to a batch: the first 16 bytes of a SHA-256, as two numbers.
 * Equal hashes mean equal histories.
 */
public record ChainHash(long high, long low) {

  /** Length on the storage, bytes. */
  static final int BYTES = 16;

  /** The hash before the first batch. */
  public static final ChainHash ZERO = new ChainHash(0, 0);

  static ChainHash get(ByteBuffer buffer, int at) {
    return new ChainHash(buffer.getLong(at), buffer.getLong(at + Long.BYTES));
  }

  void put(ByteBuffer buffer, int at) {
    buffer.putLong(at, high).putLong(at + Long.BYTES, low);
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
