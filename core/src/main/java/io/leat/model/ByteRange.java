package io.leat.model;

/**
 * Bytes of a file.
 *
 * @param offset the first one, 0 to {@link #END_MAX}
 * @param length how many, above 0; {@code END_MAX - offset} for all that can follow
 */
public record ByteRange(long offset, long length) {

  /** No file has bytes from here on. */
  public static final long END_MAX = 1L << 60;

  public ByteRange {
    if (!exists(offset, length)) {
      throw new IllegalArgumentException(
          "no bytes of a file: %d from byte %d on".formatted(length, offset));
    }
  }

  /** Whether a file can have such bytes. */
  public static boolean exists(long offset, long length) {
    return offset >= 0 && length > 0 && length <= END_MAX - offset;
  }

  /** All bytes from {@code offset} on. */
  public static ByteRange from(long offset) {
    return new ByteRange(offset, END_MAX - offset);
  }

  /** The byte after the last one. */
  public long end() {
    return offset + length;
  }

  public boolean overlaps(ByteRange other) {
    return offset < other.end() && other.offset < end();
  }

  @Override
  public String toString() {
    return end() == END_MAX
        ? "bytes from %d on".formatted(offset)
        : "bytes %d to %d".formatted(offset, end() - 1);
  }
}
