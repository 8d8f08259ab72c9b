package io.leat.mds.image;

import java.util.Arrays;

/** Bounds, order and prefixes of keys. */
final class Keys {

  /** A place to start from may be a longest key with one byte appended. */
  static final int MAX_PLACE_BYTES = ImageReader.MAX_KEY_BYTES + 1;

  private Keys() {}

  static void requireKey(byte[] key) {
    if (key.length == 0 || key.length > ImageReader.MAX_KEY_BYTES) {
      throw outOfBounds("a key", key.length, 1, ImageReader.MAX_KEY_BYTES);
    }
  }

  static void requireValue(byte[] value) {
    if (value.length > ImageReader.MAX_VALUE_BYTES) {
      throw outOfBounds("a value", value.length, 0, ImageReader.MAX_VALUE_BYTES);
    }
  }

  static void requirePrefix(byte[] prefix) {
    if (prefix.length > ImageReader.MAX_KEY_BYTES) {
      throw outOfBounds("a prefix", prefix.length, 0, ImageReader.MAX_KEY_BYTES);
    }
  }

  static void requirePlace(byte[] place) {
    if (place.length > MAX_PLACE_BYTES) {
      throw outOfBounds("a place among keys", place.length, 0, MAX_PLACE_BYTES);
    }
  }

  private static IllegalArgumentException outOfBounds(String what, int length, int min, int max) {
    return new IllegalArgumentException(
        what + " has " + length + " bytes; allowed are " + min + " to " + max);
  }

  static int compare(byte[] left, byte[] right) {
    return Arrays.compareUnsigned(left, right);
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** Where a scan begins: the larger of prefix and {@code from}, which may be null. */
  static byte[] scanStart(byte[] prefix, byte[] from) {
    return from == null || compare(from, prefix) < 0 ? prefix : from;
  }

  /** Whether {@code key} lies above every key with this prefix. */
  static boolean isAbove(byte[] key, byte[] prefix) {
    return compare(key, prefix) > 0 && !startsWith(key, prefix);
  }

  /** The smallest byte string above every key with this prefix; null when there is none. */
  static byte[] successor(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
      length--;
    }
    if (length == 0) {
      return null;
    }
    byte[] next = Arrays.copyOf(prefix, length);
    next[length - 1]++;
    return next;
  }

  /**
   * A place below {@code key} and at or above every key that is below it.
   *
   * @param key of at least one byte
   */
  static byte[] predecessor(byte[] key) {
    int last = key.length - 1;
    if (key[last] == 0) {
      return Arrays.copyOf(key, last);
    }
    byte[] place = Arrays.copyOf(key, MAX_PLACE_BYTES);
    place[last]--;
    Arrays.fill(place, key.length, MAX_PLACE_BYTES, (byte) 0xFF);
    return place;
  }
}
