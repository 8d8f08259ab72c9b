package io.leat.wire;

import java.util.OptionalInt;

/**
 * The protocol versions that one side speaks, both ends included.
 *
 * @param min oldest, at least 1
 * @param max newest, at least {@code min}
 */
public record VersionRange(int min, int max) {

  public VersionRange {
    if (min < 1 || max < min) {
      throw new IllegalArgumentException("protocol versions " + min + " to " + max);
    }
  }

  public boolean contains(int version) {
    return version >= min && version <= max;
  }

  /** The newest version that both sides speak; empty when there is none. */
  public OptionalInt negotiate(VersionRange other) {
    int newest = Math.min(max, other.max);
    return newest >= Math.max(min, other.min) ? OptionalInt.of(newest) : OptionalInt.empty();
  }

  @Override
  public String toString() {
    return min == max ? "version " + min : "versions " + min + " to " + max;
  }
}
