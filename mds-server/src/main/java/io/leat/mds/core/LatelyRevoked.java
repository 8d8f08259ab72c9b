package io.leat.mds.core;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which files somebody had to wait for a moment ago. Nobody is given tokens to remember them by
 * then: a name that changes often would cost a revocation with each change, and a change of two
 * names might never find both of them free.
 */
final class LatelyRevoked {

  /** How long, in milliseconds. */
  static final long LATELY_MILLIS = 1_000;

  /** Files noted at most; the oldest goes for a further one. */
  static final int FILES_MAX = 4_096;

  private final Map<Long, Long> since = new LinkedHashMap<>();

  void note(long file, long nowMillis) {
    since.remove(file);
    since.put(file, nowMillis);
    Iterator<Long> oldest = since.values().iterator();
    while (isOver(oldest.next(), nowMillis) || since.size() > FILES_MAX) {
      oldest.remove();
    }
  }

  boolean contains(long file, long nowMillis) {
    Long noted = since.get(file);
    return noted != null && !isOver(noted, nowMillis);
  }

  private static boolean isOver(long noted, long nowMillis) {
    return nowMillis - noted > LATELY_MILLIS;
  }
}
