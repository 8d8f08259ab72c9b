package io.leat.volume;

import java.io.EOFException;
import java.io.IOException;

/** Checks that a range of bytes lies inside a device or volume. */
final class Ranges {

  private Ranges() {}

  /**
   * @throws IllegalArgumentException when {@code offset} is negative
   * @throws EOFException when the range reaches past {@code size}
   */
  static void check(Object place, long offset, int length, long size) throws IOException {
    if (offset < 0) {
      throw new IllegalArgumentException(place + ": negative offset " + offset);
    }
    if (offset > size - length) {
      throw new EOFException(
          "%s: %d bytes at offset %d reach past its end at %d"
              .formatted(place, length, offset, size));
    }
  }
}
