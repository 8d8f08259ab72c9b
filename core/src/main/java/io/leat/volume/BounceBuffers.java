package io.leat.volume;

import java.nio.ByteBuffer;

/**
 * One aligned direct buffer per thread, through which data goes that cannot go straight.
 *
 * <p>The JDK would do this too for heap buffers, but with buffers as large as the largest request a
 * thread ever made, kept until the thread ends. These are bounded by {@link #BYTES_MAX}; longer
 * requests go in pieces. The buffer that {@link #take} gives belongs to the calling thread until it
 * calls again on the same instance, so each layer that copies has an instance of its own.
 */
public final class BounceBuffers {

  /** Largest buffer, bytes. */
  public static final int BYTES_MAX = 1 << 20;

  /** Smallest buffer, bytes; they double from here as requests ask for more. */
  static final int BYTES_MIN = 1 << 16;

  /** Alignment of the buffers' addresses, bytes. */
  static final int ALIGNMENT = 1 << 16;

  // An instance per layer, each held in a static field.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<ByteBuffer> buffers = new ThreadLocal<>();

  /** A buffer of this thread with position 0 and limit {@code bytes}, 0 to {@link #BYTES_MAX}. */
  public ByteBuffer take(int bytes) {
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException("bounce of " + bytes + " bytes");
    }
    ByteBuffer buffer = buffers.get();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = allocate(Math.max(BYTES_MIN, powerOfTwoFrom(bytes)), ALIGNMENT);
      buffers.set(buffer);
    }
    return buffer.clear().limit(bytes);
  }

  /** A new direct buffer whose address is aligned and whose capacity is {@code bytes}. */
  static ByteBuffer allocate(int bytes, int alignment) {
    int whole = (int) Alignment.up(bytes, alignment);
    return ByteBuffer.allocateDirect(whole + alignment)
        .alignedSlice(alignment)
        .limit(bytes)
        .slice();
  }

  private static int powerOfTwoFrom(int bytes) {
    return bytes <= 1 ? 1 : Integer.highestOneBit(bytes - 1) << 1;
  }
}
