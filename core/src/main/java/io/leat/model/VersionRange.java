package io.leat.model;

import java.util.OptionalInt;

/**
 * The versions of something, as of a protocol or of what stands on storage, that one side knows,
 * both ends included.
 *
 * @param min oldest, at least 1
 * @param max newest, at least {@code min}
 */
public record VersionRange(int min, int max) {

  public VersionRange {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException("versions " + min + " to " + max);
    }
  }

  public boolean contains(int version) {
    return version >= min && version <= max;
  }

  /** The newest version that both sides know; empty when there is none. */
  public OptionalInt negotiate(VersionRange other) {
    int newest = Math.min(max, other.max);
    return newest >= Math.max(min, other.min) ? OptionalInt.of(newest) : OptionalInt.empty();
  }

  /** As {@link #text} wrote it. */
  public static VersionRange parse(String text) {
    String[] ends = text.split("-", 2);
    return new VersionRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
  }

  /** For records: {@code 1-3}. */
  public String text() {
    return min + "-" + max;
  }

  @Override
  public String toString() {
    return min == max ? "version " + min : "versions " + min + " to " + max;
  }
}
