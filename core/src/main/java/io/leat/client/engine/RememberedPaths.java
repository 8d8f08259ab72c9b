package io.leat.client.engine;

import io.leat.client.engine.RememberedPath.Answer;
import io.leat.client.engine.RememberedPath.Asked;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Paths that this client may look at, list and open again without asking. Each stands on inodes;
 * when one of them is lost the path is forgotten. Confined to the engine.
 */
final class RememberedPaths {

  /** A path that nobody asks for is forgotten after so long, and what is held for it goes back. */
  static final long UNUSED_MILLIS_MAX = 60_000;

  /** How many different questions are known to have been asked once; a power of two. */
  private static final int ASKED_MAX = 8_192;

  /** One listing may take this part of all that is remembered. */
  private static final int LISTING_SHARE = 4;

  /** Entries of a directory that is to be remembered at most; a server may allow fewer. */
  static final int ENTRIES_MAX = 256;

  // What is asked of a path.
  static final String STATUS = "status";
  static final String OPEN = "open";
  static final String LIST = "list";

  private final int pathsMax;
  private final long[] askedOnce = new long[ASKED_MAX];

  /** Not to be used any more, and not forgotten yet. */
  private final List<RememberedPath> lost = new ArrayList<>();

  /** The least lately used one first. */
  private final Map<Asked, RememberedPath> paths = new LinkedHashMap<>(16, 0.75f, true);

  /** Of all paths. */
  private int weight;

  /**
   * No paths.
   *
   * @param pathsMax how many are remembered at most, each entry of a listing counted as another
   *     one; 0 for none
   */
  RememberedPaths(int pathsMax) {
    this.pathsMax = pathsMax;
  }

  /**
   * Whether a question is asked for the second time: what is asked once, as by a walk over a tree,
   * is not worth remembering.
   */
  boolean isAskedAgain(String question, Asked asked) {
    boolean again = takeAsked(question, asked);
    if (!again) {
      asked(question, asked);
    }
    return again && pathsMax > 0;
  }

  /** A question has been asked for the first time. */
  void asked(String question, Asked asked) {
    long hash = hash(question, asked);
    askedOnce[placeOf(hash)] = hash;
  }

  /** Whether it has; forgets it, so that what may not be remembered is asked for in turn. */
  boolean takeAsked(String question, Asked asked) {
    long hash = hash(question, asked);
    boolean was = askedOnce[placeOf(hash)] == hash;
    if (was) {
      askedOnce[placeOf(hash)] = 0;
    }
    return was;
  }

  private static long hash(String question, Asked asked) {
    long hash = 31L * asked.path().hashCode() + asked.user().hashCode();
    return (hash ^ ((long) question.hashCode() << 32)) * 0x9E3779B97F4A7C15L;
  }

  private static int placeOf(long hash) {
    return (int) (hash >>> 32) & (ASKED_MAX - 1);
  }

  /** Entries of a directory that is to be remembered at most. */
  int entriesMax() {
    return Math.min(pathsMax / LISTING_SHARE, ENTRIES_MAX);
  }

  /** What is remembered; null for nothing. */
  RememberedPath find(Asked asked, long nowMonotonic) {
    RememberedPath path = paths.get(asked);
    if (path == null || path.lost() || path.isOld(nowMonotonic)) {
      return null;
    }
    path.used(nowMonotonic);
    return path;
  }

  /**
   * Remembers a path, in the place of what was remembered of it.
   *
   * @param standsOn what it stands on, and what is held of each
   * @param last the inode at the path, or the last one on the way to it
   * @return inodes on which less stands than before, so that more may be held than is needed
   */
  Set<OpenFile> remember(
      Asked asked,
      Map<OpenFile, TokenSet> standsOn,
      OpenFile last,
      Answer answer,
      boolean opened,
      long nowMonotonic) {
    RememberedPath before = paths.get(asked);
    long lastOpened =
        before == null || before.lost() ? RememberedPath.NEVER : before.openedMillis();
    RememberedPath path =
        new RememberedPath(
            asked,
            standsOn,
            last,
            answer,
            opened ? nowMonotonic : lastOpened,
            nowMonotonic,
            lost::add);
    Set<OpenFile> less = before == null ? new LinkedHashSet<>() : forget(List.of(before));
    paths.put(asked, path);
    weight += path.weight();
    standsOn.forEach((inode, tokens) -> inode.leadsTo(path, tokens));
    while (weight > pathsMax) {
      less.addAll(forget(List.of(paths.values().iterator().next())));
    }
    return less;
  }

  /** Forgets what has been lost; returns inodes on which less stands than before. */
  Set<OpenFile> forgetLost() {
    if (lost.isEmpty()) {
      return Set.of();
    }
    List<RememberedPath> gone = List.copyOf(lost);
    lost.clear();
    return forget(gone);
  }

  /** Forgets what nobody has asked for lately; returns as {@link #forgetLost}. */
  Set<OpenFile> forgetUnused(long nowMonotonic) {
    List<RememberedPath> unused = new ArrayList<>();
    Iterator<RememberedPath> oldest = paths.values().iterator();
    while (oldest.hasNext()) {
      RememberedPath path = oldest.next();
      if (nowMonotonic - path.usedMillis() <= UNUSED_MILLIS_MAX) {
        break;
      }
      unused.add(path);
    }
    return forget(unused);
  }

  /** Forgets one path, if it is remembered; returns as {@link #forgetLost}. */
  Set<OpenFile> forget(Asked asked) {
    return forgetIf(asked, answer -> true);
  }

  /** Forgets one path, if such an answer is remembered of it; returns as {@link #forgetLost}. */
  Set<OpenFile> forgetIf(Asked asked, Predicate<Answer> such) {
    RememberedPath path = paths.get(asked);
    return path == null || !such.test(path.answer()) ? Set.of() : forget(List.of(path));
  }

  /** Forgets everything; returns as {@link #forgetLost}. */
  Set<OpenFile> forgetAll() {
    return forget(List.copyOf(paths.values()));
  }

  private Set<OpenFile> forget(Collection<RememberedPath> gone) {
    Set<OpenFile> less = new LinkedHashSet<>();
    for (RememberedPath path : gone) {
      if (paths.remove(path.asked(), path)) {
        weight -= path.weight();
      }
      path.standsOn().keySet().forEach(inode -> inode.leadsNoMoreTo(path));
      less.addAll(path.standsOn().keySet());
    }
    return less;
  }
}
