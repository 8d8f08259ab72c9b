package io.leat.mds.image;

/**
 * A consistent view of an ordered map of byte strings.
 *
 * <p>Keys are byte strings of 1 to {@value #MAX_KEY_BYTES} bytes in unsigned lexicographic order;
 * values have 0 to {@value #MAX_VALUE_BYTES} bytes. Arrays passed in are never kept, arrays handed
 * out are copies that belong to the receiver. Every method throws {@link IllegalArgumentException}
 * for a key outside of its bounds, {@link IllegalStateException} once the view is closed, and
 * {@link ImageException} when the storage below fails.
 */
public interface ImageReader {

  /** Longest key in bytes; LMDB's own limit. */
  int MAX_KEY_BYTES = 511;

  /** Longest value in bytes: 1 MiB. */
  int MAX_VALUE_BYTES = 1 << 20;

  /** The value of {@code key}, or null when the key is absent. */
  byte[] get(byte[] key);

  /** Whether {@code key} is present. */
  boolean contains(byte[] key);

  /** Whether there is any key that starts with {@code prefix}. */
  default boolean containsAny(byte[] prefix) {
    boolean[] found = {false};
    scan(
        prefix,
        null,
        (key, value) -> {
          found[0] = true;
          return false;
        });
    return found[0];
  }

  /**
   * Visits entries whose key starts with {@code prefix} and is at least {@code from}, ascending,
   * until the visitor returns false or there are no more.
   *
   * <p>The visitor may use this view, also to change it: the scan then goes on behind the last key
   * that it handed over and sees the changes.
   *
   * @param prefix 0 to {@value #MAX_KEY_BYTES} bytes; empty means every key
   * @param from where to start, in the order of keys; null means at the first key with the prefix.
   *     May have one byte more than a key, so that any key with a zero appended continues behind it
   */
  void scan(byte[] prefix, byte[] from, EntryVisitor visitor);

  /**
   * Of the entries whose key starts with {@code prefix} and is at most {@code key}, the one with
   * the largest key; null when there is none.
   *
   * @param prefix 0 to {@value #MAX_KEY_BYTES} bytes; empty means every key
   * @param key up to {@value #MAX_KEY_BYTES} + 1 bytes; need not start with the prefix
   */
  Entry floor(byte[] prefix, byte[] key);
}
