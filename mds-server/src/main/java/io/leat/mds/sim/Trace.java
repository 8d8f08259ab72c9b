package io.leat.mds.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened, as a running hash that tells two runs apart, and the last events in words for a
 * person who looks at a failure.
 */
final class Trace {

  /** Events kept in words. */
  private static final int KEPT_MAX = 400;

  private static final long FNV_PRIME = 0x100000001b3L;

  private final ArrayDeque<Entry> last = new ArrayDeque<>(KEPT_MAX);
  private long hash = 0xcbf29ce484222325L;

  private record Entry(long at, String who, String what, Object detail) {

    @Override
    public String toString() {
      return "%8d ms  %-9s %s %s".formatted(at, who, what, detail).stripTrailing();
    }
  }

  /**
   * Adds an event.
   *
   * @param detail its text is made only when somebody asks; numbers and texts go into the hash
   */
  void add(long at, String who, String what, Object detail) {
    mix(at);
    mix(who.hashCode());
    mix(what.hashCode());
    if (detail instanceof Number || detail instanceof String) {
      mix(detail.hashCode());
    }
    if (last.size() == KEPT_MAX) {
      last.removeFirst();
    }
    last.addLast(new Entry(at, who, what, detail));
  }

  private void mix(long value) {
    hash = (hash ^ value) * FNV_PRIME;
    hash ^= hash >>> 29;
  }

  long hash() {
    return hash;
  }

  List<String> last() {
    List<String> lines = new ArrayList<>(last.size());
    last.forEach(entry -> lines.add(entry.toString()));
    return lines;
  }
}
