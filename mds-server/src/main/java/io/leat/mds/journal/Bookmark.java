package io.leat.mds.journal;

import java.util.Collection;
import java.util.Comparator;

/**
 * A place in a segment that a reader has come to, having verified everything before it, so that
 * another reader of the same process need not do so again. It is good as long as the segment has
 * that header.
 *
 * @param before the position before the last batch
 * @param position after the last batch
 * @param offset where the next batch stands or will stand, bytes
 */
public record Bookmark(
    SegmentHeader header, JournalPosition before, JournalPosition position, long offset) {

  /**
   * The last of several places in a segment, else its base.
   *
   * @param batch that must not have been passed
   */
  static Bookmark last(Collection<Bookmark> all, SegmentHeader header, long batch) {
    return all.stream()
        .filter(mark -> mark.header().equals(header) && mark.position().batch() <= batch)
        .max(Comparator.comparingLong(Bookmark::offset))
        .orElse(atBase(header));
  }

  /** Before the first batch of a segment. */
  static Bookmark atBase(SegmentHeader header) {
    return new Bookmark(header, header.base(), header.base(), JournalFormat.BLOCK);
  }
}
