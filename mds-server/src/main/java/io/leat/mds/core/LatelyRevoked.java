package io.leat.mds.core;

import io.leat.model.TokenSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * For which tokens of which files somebody had to wait a moment ago. Nobody is given them to
 * remember anything by then: a name that changes often would cost a revocation with each change,
 * and a change of two names might never find both of them free.
 */
final class LatelyRevoked {

  /** How long, in milliseconds, at least. */
  static final long LATELY_MILLIS = 1_000;

  /** So much longer for each who had to be asked: what many look at is asked back seldom. */
  static final long LATELY_MILLIS_EACH = 20;

  /** Files noted at most; the oldest goes for a further one. */
  static final int FILES_MAX = 4_096;

  private final Map<Long, Wait> waits = new LinkedHashMap<>();

  /** What was waited for, when last, and how long it is not granted. */
  private record Wait(TokenSet wanted, long sinceMillis, long pauseMillis) {
    boolean isOver(long nowMillis) {
      return nowMillis - sinceMillis > pauseMillis;
    }
  }

  /**
   * Notes a wait.
   *
   * @param asked how many sessions were asked for what they hold
   */
  void note(long file, TokenSet wanted, int asked, long nowMillis) {
    long pause = Math.max(LATELY_MILLIS, asked * LATELY_MILLIS_EACH);
    Wait before = waits.remove(file);
    boolean again = before != null && !before.isOver(nowMillis);
    waits.put(
        file,
        again
            ? new Wait(
                wanted.union(before.wanted()), nowMillis, Math.max(pause, before.pauseMillis()))
            : new Wait(wanted, nowMillis, pause));
    Iterator<Wait> oldest = waits.values().iterator();
    while (oldest.next().isOver(nowMillis) || waits.size() > FILES_MAX) {
      oldest.remove();
    }
  }

  /** Whether somebody who was given {@code tokens} would have been asked for them a moment ago. */
  boolean conflicts(long file, TokenSet tokens, long nowMillis) {
    Wait wait = waits.get(file);
    return wait != null
        && !wait.isOver(nowMillis)
        && !tokens.conflictsWith(wait.wanted()).isEmpty();
  }
}
