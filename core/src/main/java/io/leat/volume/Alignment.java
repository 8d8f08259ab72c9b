package io.leat.volume;

import java.nio.ByteBuffer;

/** Arithmetic and checks of alignments, which are powers of two. */
final class Alignment {

  private Alignment() {}

  static long down(long value, int alignment) {
    return value & -(long) alignment;
  }

  static long up(long value, int alignment) {
    return down(value + alignment - 1, alignment);
  }

  static boolean isAligned(long value, int alignment) {
    return (value & (alignment - 1)) == 0;
  }

  /** Whether the buffer's memory at its position is aligned; never known of a heap buffer. */
  static boolean isAddressAligned(ByteBuffer buffer, int alignment) {
    return buffer.isDirect() && buffer.alignmentOffset(buffer.position(), alignment) == 0;
  }

  static int requirePowerOfTwo(int alignment) {
    if (Integer.bitCount(alignment) != 1 || alignment < 0) {
      throw new IllegalArgumentException("alignment " + alignment + " is not a power of two");
    }
    return alignment;
  }

  /**
   * Checks what a caller hands to a device. Heap buffers pass: they have no address that could be
   * aligned, so the device copies them anyway.
   *
   * @throws IllegalArgumentException when offset, length or address is not aligned
   */
  static void check(Object place, long offset, ByteBuffer buffer, int alignment) {
    if (!isAligned(offset, alignment) || !isAligned(buffer.remaining(), alignment)) {
      throw new IllegalArgumentException(
          "%s needs offsets and lengths in multiples of %d bytes, not offset %d and length %d"
              .formatted(place, alignment, offset, buffer.remaining()));
    }
    if (buffer.isDirect() && !isAddressAligned(buffer, alignment)) {
      throw new IllegalArgumentException(
          "%s needs buffers whose address is a multiple of %d bytes (offset %d, length %d)"
              .formatted(place, alignment, offset, buffer.remaining()));
    }
  }
}
