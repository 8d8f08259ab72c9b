package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A place in a virtual server's history: right after a batch.
 *
 * @param epoch ownership term in which the batch was made, 1 or more; 0 only for {@link #START}
 * @param batch number of the batch, counted from 1 over the whole history
 * @param hash running hash up to and with the batch
 */
public record JournalPosition(long epoch, long batch, ChainHash hash) {

  /** Before the first batch. */
  public static final JournalPosition START = new JournalPosition(0, 0, ChainHash.ZERO);

  /** Length on the storage, bytes. */
  public static final int BYTES = 2 * Long.BYTES + ChainHash.BYTES;

  public JournalPosition {
    Objects.requireNonNull(hash, "hash");
    if (batch < 0 || epoch < 0 || (batch == 0) != (epoch == 0)) {
      throw new IllegalArgumentException("position of batch " + batch + " in epoch " + epoch);
    }
  }

  /** As bytes, for whoever keeps a position elsewhere. */
  public byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    put(bytes, 0);
    return bytes.array();
  }

  /** What {@link #toBytes} made. */
  public static JournalPosition fromBytes(byte[] bytes) {
    return get(ByteBuffer.wrap(bytes), 0);
  }

  /** Reads what {@link #put} wrote. */
  public static JournalPosition get(ByteBuffer buffer, int at) {
    return new JournalPosition(
        buffer.getLong(at),
        buffer.getLong(at + Long.BYTES),
        ChainHash.get(buffer, at + 2 * Long.BYTES));
  }

  /** Writes {@link #BYTES} bytes at {@code at}; does not move the buffer. */
  public void put(ByteBuffer buffer, int at) {
    buffer.putLong(at, epoch).putLong(at + Long.BYTES, batch);
    hash.put(buffer, at + 2 * Long.BYTES);
  }

  @Override
  public String toString() {
    return "batch %d of epoch %d (hash %s)".formatted(batch, epoch, hash);
  }
}
