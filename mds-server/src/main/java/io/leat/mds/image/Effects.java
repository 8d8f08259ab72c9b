package io.leat.mds.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A growable sequence of mutations in the flat form that the journal stores.
 *
 * <p>Mutations follow each other without padding; numbers are big-endian:
 *
 * <pre>
 *   PUT     u8 = 1 | u16 key length | key | u32 value length | value
 *   DELETE  u8 = 2 | u16 key length | key
 * </pre>
 *
 * <p>Key and value lengths are those of {@link ImageReader}. A mutation states a result, not a
 * change, so that replaying a sequence again, or from an earlier state, ends in the same image.
 *
 * <p>Not safe for use by several threads.
 */
public final class Effects {

  /** Most bytes that one sequence may hold: 64 MiB, as much as a journal segment. */
  public static final int MAX_BYTES = 64 << 20;

  /** Bytes that a PUT takes beside its key and value. */
  public static final int PUT_OVERHEAD_BYTES = 1 + Short.BYTES + Integer.BYTES;

  /** Bytes that a DELETE takes beside its key. */
  public static final int DELETE_OVERHEAD_BYTES = 1 + Short.BYTES;

  static final byte PUT = 1;
  static final byte DELETE = 2;
  private static final int INITIAL_BYTES = 4096;

  private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

  /**
   * Appends "the value of {@code key} is {@code value}".
   *
   * @throws IllegalArgumentException when the key or value is outside of its bounds
   * @throws IllegalStateException when the sequence would exceed {@link #MAX_BYTES}
   */
  public void put(byte[] key, byte[] value) {
    requireRoomForPut(key, value);
    buffer.put(PUT).putShort((short) key.length).put(key).putInt(value.length).put(value);
  }

  /**
   * Appends "{@code key} is absent".
   *
   * @throws IllegalArgumentException when the key is outside of its bounds
   * @throws IllegalStateException when the sequence would exceed {@link #MAX_BYTES}
   */
  public void delete(byte[] key) {
    requireRoomForDelete(key);
    buffer.put(DELETE).putShort((short) key.length).put(key);
  }

  /** Makes sure that {@link #put} with the same arguments will not fail. */
  void requireRoomForPut(byte[] key, byte[] value) {
    Keys.requireKey(key);
    Keys.requireValue(value);
    grow(PUT_OVERHEAD_BYTES + key.length + value.length);
  }

  /** Makes sure that {@link #delete} with the same argument will not fail. */
  void requireRoomForDelete(byte[] key) {
    Keys.requireKey(key);
    grow(DELETE_OVERHEAD_BYTES + key.length);
  }

  private void grow(int moreBytes) {
    if (buffer.remaining() >= moreBytes) {
      return;
    }
    int needed = buffer.position() + moreBytes;
    if (needed > MAX_BYTES) {
      throw new IllegalStateException(
          "a sequence of effects would take "
              + needed
              + " bytes, allowed are "
              + MAX_BYTES
              + "; make the batch smaller");
    }
    int capacity = Math.min(MAX_BYTES, Math.max(needed, 2 * buffer.capacity()));
    buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
  }

  /** Length of the sequence in bytes, 0 to {@link #MAX_BYTES}. */
  public int byteSize() {
    return buffer.position();
  }

  public boolean isEmpty() {
    return buffer.position() == 0;
  }

  /** Forgets every mutation and keeps the memory for the next ones. */
  public void clear() {
    buffer.clear();
  }

  /** The sequence, read-only and without a copy; valid until the next change of this object. */
  public ByteBuffer view() {
    return buffer.asReadOnlyBuffer().flip();
  }

  /** A copy of the sequence that belongs to the caller. */
  public ByteBuffer copy() {
    return ByteBuffer.wrap(Arrays.copyOf(buffer.array(), buffer.position()));
  }

  /**
   * Applies the sequence between position and limit of {@code effects}, whose position and byte
   * order stay as they are. A PUT overwrites, a DELETE of an absent key does nothing.
   *
   * @throws MalformedEffectsException when the bytes are no such sequence; what stands before the
   *     bad mutation has been applied, so the caller closes the transaction without commit
   */
  public static void replay(ByteBuffer effects, ImageTransaction transaction) {
    new EffectsDecoder(effects).applyTo(transaction);
  }
}
