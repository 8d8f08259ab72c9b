package io.leat.client.engine;

import io.leat.client.engine.RememberedPath.Asked;
import io.leat.model.FileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Paths that this client may look at, and open, again without asking. Each stands on the inodes
 * that lead to it; when one of them is lost the path is forgotten. Confined to the engine.
 */
final class RememberedPaths {

  /** A path that nobody asks for is forgotten after so long, and what is held for it goes back. */
  static final long UNUSED_MILLIS_MAX = 60_000;

  /** How many different questions are known to have been asked once; a power of two. */
  private static final int ASKED_MAX = 8_192;

  private final int pathsMax;
  private final long[] askedOnce = new long[ASKED_MAX];

  /** Not to be used any more, and not forgotten yet. */
  private final List<RememberedPath> lost = new ArrayList<>();

  /** The least lately used one first. */
  private final Map<Asked, RememberedPath> paths = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * No paths.
   *
   * @param pathsMax how many are remembered at most; 0 for none
   */
  RememberedPaths(int pathsMax) {
    this.pathsMax = pathsMax;
  }

  /**
   * Whether a question is asked for the second time: what is asked once, as by a walk over a tree,
   * is not worth remembering.
   */
  boolean isAskedAgain(String question, Asked asked) {
    long hash = 31L * asked.path().hashCode() + asked.user().hashCode();
    hash = (hash ^ ((long) question.hashCode() << 32)) * 0x9E3779B97F4A7C15L;
    int at = (int) (hash >>> 32) & (ASKED_MAX - 1);
    boolean again = askedOnce[at] == hash;
    askedOnce[at] = again ? 0 : hash; // what may not be remembered is asked for in turn
    return again && pathsMax > 0;
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
   * @param inodes from the root to the file, all of them held
   * @return inodes that nothing stands on any more
   */
  Set<OpenFile> remember(
      Asked asked,
      List<OpenFile> inodes,
      FileAttributes status,
      boolean opened,
      long nowMonotonic) {
    RememberedPath before = paths.get(asked);
    long lastOpened =
        before == null || before.lost() ? RememberedPath.NEVER : before.openedMillis();
    RememberedPath path =
        new RememberedPath(
            asked, inodes, status, opened ? nowMonotonic : lastOpened, nowMonotonic, lost::add);
    paths.put(asked, path);
    inodes.forEach(inode -> inode.leadsTo(path));
    List<RememberedPath> gone = new ArrayList<>();
    if (before != null) {
      gone.add(before);
    }
    if (paths.size() > pathsMax) {
      gone.add(paths.values().iterator().next());
    }
    return forget(gone);
  }

  /** Forgets what has been lost; returns the inodes that nothing stands on any more. */
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
    RememberedPath path = paths.get(asked);
    return path == null ? Set.of() : forget(List.of(path));
  }

  /** Forgets everything; returns as {@link #forgetLost}. */
  Set<OpenFile> forgetAll() {
    return forget(List.copyOf(paths.values()));
  }

  private Set<OpenFile> forget(Collection<RememberedPath> gone) {
    Set<OpenFile> unneeded = new LinkedHashSet<>();
    for (RememberedPath path : gone) {
      paths.remove(path.asked(), path);
      for (OpenFile inode : path.inodes()) {
        inode.leadsNoMoreTo(path);
        if (!inode.isNeeded()) {
          unneeded.add(inode);
        }
      }
    }
    return unneeded;
  }
}
