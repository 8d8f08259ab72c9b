package io.leat.mds.image;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A key and its value. Equal when the bytes are equal; the arrays are not copied and belong to
 * whoever received the entry.
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record Entry(byte[] key, byte[] value) {

  public Entry {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry entry
        && Arrays.equals(key, entry.key)
        && Arrays.equals(value, entry.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  /** The key in hexadecimal and the length of the value: what a log line needs. */
  @Override
  public String toString() {
    return "Entry[key=" + HexFormat.of().formatHex(key) + ", value=" + value.length + " bytes]";
  }
}
