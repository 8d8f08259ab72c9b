package io.leat.client.engine;

import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the client knows of an open file at one moment. Immutable, so that readers need no lock.
 *
 * @param attributes as of the last grant or commit
 * @param extents all of the file's, in order of file offset
 * @param tokens held on the file
 * @param grant the number of the last grant
 * @param stale the session that held the tokens is gone: extents may lie in blocks of another file
 *     by now and must not be used before a refresh
 * @param fence grows when blocks known before may not be read any more, or not be written: the
 *     session was lost, or the write lease taken
 * @param refresh somebody has changed the file, or is about to: ask before the next use
 * @param lostFrom first byte that a crash of the host has lost; {@link #NOTHING_LOST} without one
 */
public record FileState(
    FileAttributes attributes,
    List<Extent> extents,
    TokenSet tokens,
    long grant,
    boolean stale,
    boolean refresh,
    long fence,
    long lostFrom) {

  /** Every byte can be read. */
  static final long NOTHING_LOST = Long.MAX_VALUE;

  /** No file has this version. */
  private static final long NO_VERSION = 0;

  public FileState {
    Objects.requireNonNull(attributes);
    Objects.requireNonNull(tokens);
    extents = List.copyOf(extents);
  }

  /** An inode of which nothing but its status is known, and nothing held yet. */
  static FileState held(FileAttributes attributes) {
    return new FileState(attributes, List.of(), TokenSet.NONE, 0, false, true, 0, NOTHING_LOST);
  }

  /** Index of the extent that holds {@code position}, or of the first one behind it. */
  public int indexOf(long position) {
    int low = 0;
    int high = extents.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (extents.get(middle).fileEnd() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * A layout from two parts, the second of which may be of a later version: it may begin before the
   * first ends, and is right then.
   */
  static List<Extent> joined(List<Extent> first, List<Extent> second) {
    List<Extent> all = new ArrayList<>(first);
    if (!second.isEmpty()) {
      long from = second.get(0).fileOffset();
      while (!all.isEmpty() && all.get(all.size() - 1).fileEnd() > from) {
        Extent last = all.remove(all.size() - 1);
        if (last.fileOffset() < from) {
          all.add(last.withLength(from - last.fileOffset()));
        }
      }
    }
    all.addAll(second);
    return all;
  }

  /** The same where the layout is of several versions: good for one read, and of no version. */
  FileState mixed() {
    return new FileState(
        attributes.withVersion(NO_VERSION), extents, tokens, grant, stale, true, fence, lostFrom);
  }

  /** Whether nobody had written at {@code position}. */
  boolean holeAt(long position) {
    int index = indexOf(position);
    return index < extents.size()
        && extents.get(index).isHole()
        && extents.get(index).fileOffset() <= position;
  }

  /**
   * How many of {@code length} bytes from {@code position} on are all in holes, or none of them.
   */
  long alike(long position, long length) {
    boolean hole = holeAt(position);
    long end = position + length;
    for (int i = indexOf(position); i < extents.size(); i++) {
      Extent extent = extents.get(i);
      if (extent.fileOffset() >= end) {
        break;
      }
      if (extent.isHole() != hole) {
        return extent.fileOffset() - position;
      }
    }
    return length;
  }

  FileState withTokens(TokenSet left, boolean askFirst) {
    return new FileState(
        attributes, extents, left, grant, stale, refresh || askFirst, fence, lostFrom);
  }

  FileState asStale() {
    return new FileState(
        attributes, extents, TokenSet.NONE, grant, true, true, fence + 1, lostFrom);
  }

  /** Other tokens for the same layout. */
  FileState withHeld(TokenSet held, long number) {
    return new FileState(attributes, extents, held, number, stale, refresh, fence, lostFrom);
  }

  /** The tokens of a grant whose layout has not come whole. */
  FileState withGrant(TokenSet granted, long number) {
    return new FileState(attributes, extents, granted, number, stale, true, fence, lostFrom);
  }

  /** The same grant with what {@code known} says of attributes and extents, which is current. */
  FileState withMetadata(FileState known) {
    return new FileState(
        known.attributes, known.extents, tokens, grant, stale, refresh, fence, lostFrom);
  }

  FileState fenced() {
    return new FileState(attributes, extents, tokens, grant, stale, refresh, fence + 1, lostFrom);
  }
}
