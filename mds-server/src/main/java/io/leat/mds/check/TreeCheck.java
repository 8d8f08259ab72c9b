package io.leat.mds.check;

import io.leat.mds.check.InodeIndex.Located;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.proto.InodeRecord;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Directories: each entry stands in one that exists, no directory contains itself, none is deeper
 * than a path can be. Takes entries in the order of their keys, so that each directory is looked at
 * once.
 */
final class TreeCheck {

  /** What an entry's parent is. */
  private enum Parent {
    GOOD,
    ABSENT,
    NO_DIRECTORY
  }

  /** No parent is known, or it is not part of the tree that paths reach. */
  private static final long NO_PARENT = -1;

  private final Findings findings;
  private final InodeIndex index;
  private final LostAndFound lost;
  private final Set<Long> cyclesReported = new HashSet<>();
  private long current = NO_PARENT;
  private Parent state = Parent.GOOD;

  TreeCheck(Findings findings, InodeIndex index, LostAndFound lost) {
    this.findings = findings;
    this.index = index;
    this.lost = lost;
  }

  void entry(byte[] key, InodeRecord inode) {
    long parent = Keys.number(key, 0);
    if (parent == Namespace.NOWHERE) {
      nowhere(key, inode);
      return;
    }
    if (parent != current) {
      current = parent;
      state = stateOf(parent);
      if (state == Parent.GOOD) {
        walkUp(parent);
      }
    }
    if (state != Parent.GOOD) {
      report(key, inode, parent);
    }
  }

  private void nowhere(byte[] key, InodeRecord inode) {
    boolean root = key.length == 9 && inode.getFileId() == Namespace.ROOT;
    boolean deleted = inode.getFileId() == Namespace.DELETED;
    if (!root && !deleted) {
      state = Parent.ABSENT;
      report(key, inode, Namespace.NOWHERE);
    }
  }

  private Parent stateOf(long parent) {
    Optional<Located> found = index.find(parent);
    if (found.isPresent()) {
      return found.get().inode().getDirectory() ? Parent.GOOD : Parent.NO_DIRECTORY;
    }
    // A parent whose entry is lost is reported once, as itself.
    boolean known =
        index.isKnown(parent) || parent == Namespace.ROOT || parent == Namespace.DELETED;
    return known ? Parent.GOOD : Parent.ABSENT;
  }

  private void report(byte[] key, InodeRecord inode, long parent) {
    boolean absent = state == Parent.ABSENT;
    findings.add(
        absent ? FindingKind.PARENT_MISSING : FindingKind.PARENT_NOT_DIRECTORY,
        "file " + inode.getFileId(),
        "its %s stands in %d, which %s"
            .formatted(
                InodeIndex.describe(key), parent, absent ? "does not exist" : "is no directory"));
    if (index.isHome(key, inode.getFileId())) {
      lost.entryWithoutParent(key, inode);
    }
  }

  /** From a directory to the root; Brent's algorithm notices that the way leads in a circle. */
  private void walkUp(long directory) {
    long at = directory;
    long mark = directory;
    int depth = 0;
    int limit = 1;
    int steps = 0;
    while (at != Namespace.ROOT) {
      at = parentOf(at);
      if (at == NO_PARENT) {
        return;
      }
      depth++;
      if (at == mark) {
        reportCycle(at);
        return;
      }
      if (++steps == limit) {
        mark = at;
        limit *= 2;
        steps = 0;
      }
    }
    if (depth == PathName.DEPTH_MAX) {
      findings.add(
          FindingKind.TOO_DEEP,
          "directory " + index.describe(directory),
          "what stands in it has over " + PathName.DEPTH_MAX + " components");
    }
  }

  private long parentOf(long id) {
    long parent = index.find(id).map(Located::parent).orElse(NO_PARENT);
    return parent == Namespace.NOWHERE || parent == Namespace.DELETED ? NO_PARENT : parent;
  }

  private void reportCycle(long member) {
    long least = member;
    int length = 0;
    long at = member;
    do {
      least = Math.min(least, at);
      length++;
      at = parentOf(at);
    } while (at != member);
    if (cyclesReported.add(least)) {
      findings.add(
          FindingKind.DIRECTORY_CYCLE,
          "directory " + least,
          "it contains itself, through %d directories; no path reaches them".formatted(length));
    }
  }
}
