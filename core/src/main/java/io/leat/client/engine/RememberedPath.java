package io.leat.client.engine;

import io.leat.model.FileAccess;
import io.leat.model.FileAttributes;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Listing;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a user was told of a path and may be told again without asking, as long as every inode that
 * the answer stands on stays where and what it is. Confined to the engine.
 */
final class RememberedPath {

  /**
   * So long an answer is given to a user again: which groups he is in may change, and no token says
   * so. As long as Hadoop keeps groups by default.
   */
  static final long AGE_MILLIS_MAX = 300_000;

  /** The user has looked at the file, and not opened it. */
  static final long NEVER = Long.MIN_VALUE;

  private final Asked asked;
  private final Map<OpenFile, TokenSet> standsOn;
  private final OpenFile last;
  private final Answer answer;
  private final long sinceMillis;
  private long usedMillis;
  private final long openedMillis;
  private final Consumer<RememberedPath> onLost;
  private boolean lost;

  /** Who asked for what; an answer is remembered for nobody else. */
  record Asked(String user, String path) {}

  /**
   * What was found.
   *
   * @param status of what stands at the path, or of the last directory on the way to it
   * @param absent that nothing stands there; null if something does
   * @param listing all that is in the directory; null if that was not asked for
   * @param entries in the listing
   */
  record Answer(FileAttributes status, Error absent, Listing listing, int entries) {

    static Answer status(FileAttributes status) {
      return new Answer(status, null, null, 0);
    }

    /** Whether nothing stands at the path. */
    boolean isAbsence() {
      return absent != null;
    }

    /** Whether it holds all that is in the directory. */
    boolean isListing() {
      return listing != null;
    }

    /** Whether it tells somebody who asks for a listing of so many entries at most. */
    boolean tells(int limit) {
      return isAbsence() || (isListing() && entries <= limit);
    }

    /** What has to be held of the last inode that there is, so that it stays true. */
    TokenSet tokens() {
      TokenSet entryTokens = FileAccess.LIST.tokens();
      TokenSet look = FileAccess.LOOK.tokens();
      return isAbsence() ? entryTokens : isListing() ? look.union(entryTokens) : look;
    }
  }

  /**
   * A path.
   *
   * @param standsOn the inodes, and what has to be held of each
   * @param last the inode at the path, or the last one on the way to it
   * @param openedMillis when the server has last let the user open the file for reading; {@link
   *     #NEVER}
   * @param onLost is told once when something that it stands on is not held any more
   */
  RememberedPath(
      Asked asked,
      Map<OpenFile, TokenSet> standsOn,
      OpenFile last,
      Answer answer,
      long openedMillis,
      long nowMonotonic,
      Consumer<RememberedPath> onLost) {
    this.asked = asked;
    this.standsOn = standsOn;
    this.last = last;
    this.answer = answer;
    this.openedMillis = openedMillis;
    this.sinceMillis = nowMonotonic;
    this.usedMillis = nowMonotonic;
    this.onLost = onLost;
  }

  Asked asked() {
    return asked;
  }

  Map<OpenFile, TokenSet> standsOn() {
    return standsOn;
  }

  /** The inode at the path, or the last one on the way to it. */
  OpenFile last() {
    return last;
  }

  Answer answer() {
    return answer;
  }

  /** How many of what may be remembered it counts for. */
  int weight() {
    return 1 + answer.entries();
  }

  long openedMillis() {
    return openedMillis;
  }

  /** Whether the user may open the file again. */
  boolean mayOpen(long nowMonotonic) {
    return openedMillis != NEVER && nowMonotonic - openedMillis <= AGE_MILLIS_MAX;
  }

  boolean isOld(long nowMonotonic) {
    return nowMonotonic - sinceMillis > AGE_MILLIS_MAX;
  }

  long usedMillis() {
    return usedMillis;
  }

  void used(long nowMonotonic) {
    usedMillis = nowMonotonic;
  }

  /** Something that it stands on is not held any more. */
  void lose() {
    if (!lost) {
      lost = true;
      onLost.accept(this);
    }
  }

  boolean lost() {
    return lost;
  }
}
