package io.leat.mds.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The history of a virtual server as its journal tells it: the segments of the newest epoch, back
 * over what they seal, to the first batch, or to where a slot was used again because checkpoints
 * hold what stood there. What an older epoch has beyond its seal is no part of it.
 *
 * <p>Immutable; stays valid while the newest epoch's owner appends (it just ends earlier). Opens
 * and closes segments as it goes. Any thread.
 */
public final class JournalHistory {

  /**
   * The last batch, of which alone nobody can know whether it is durable.
   *
   * @param before the position before it
   * @param holder the segment that holds {@code before}; none if that is the start
   * @param payload a copy
   */
  record LastBatch(
      JournalPosition before,
      Optional<SegmentHeader.Id> holder,
      JournalPosition position,
      ByteBuffer payload) {}

  private final MetadataArea area;
  private final List<HistoryLink> links;
  private final List<Bookmark> bookmarks;
  private final JournalPosition end;

  /**
   * @param bookmarks places in the links, in no order
   */
  JournalHistory(MetadataArea area, List<HistoryLink> links, List<Bookmark> bookmarks) {
    this.area = area;
    this.links = List.copyOf(links);
    this.bookmarks = List.copyOf(bookmarks);
    this.end = links.isEmpty() ? JournalPosition.START : links.get(links.size() - 1).end();
  }

  /**
   * Reads the headers of all lanes and the newest segment's batches.
   *
   * @throws DamagedJournalException when the journal contradicts itself
   */
  public static JournalHistory read(MetadataArea area) throws IOException {
    return HistoryScan.of(area, Optional.empty()).history();
  }

  /** After the last batch; empty if there is none. */
  public Optional<JournalPosition> end() {
    return end.equals(JournalPosition.START) ? Optional.empty() : Optional.of(end);
  }

  /** Where it begins: {@link JournalPosition#START}, unless slots were used again. */
  public JournalPosition start() {
    return links.isEmpty() ? JournalPosition.START : links.get(0).header().base();
  }

  /** The same without its last batch, so that all of it is durable for certain. */
  public JournalHistory settled() throws IOException {
    Optional<LastBatch> last = lastBatch();
    if (last.isEmpty()) {
      return this;
    }
    JournalPosition before = last.get().before();
    return new JournalHistory(
        area,
        links.stream()
            .filter(link -> link.header().base().batch() <= before.batch())
            .map(link -> link.endingAt(before))
            .toList(),
        bookmarks);
  }

  /** Bytes of the segments that hold something after {@code from}. */
  public long bytesAfter(JournalPosition from) {
    long holding = links.stream().filter(link -> link.end().batch() > from.batch()).count();
    return holding * area.identity().segmentBytes();
  }

  /**
   * Makes sure that it can be replayed without a checkpoint.
   *
   * @throws DamagedJournalException when it does not go back to the first batch
   */
  public void requireComplete() throws DamagedJournalException {
    if (!start().equals(JournalPosition.START)) {
      SegmentHeader first = links.get(0).header();
      SegmentHeader.Id missing = first.predecessor().orElseThrow();
      throw new DamagedJournalException(
          "the journal begins after %s, with %s; %s is missing, which went before, and no checkpoint"
                  .formatted(first.base(), first.id(), missing)
              + " replaces it; restore the checkpoints' files, or that segment's, of lane "
              + missing.lane());
    }
  }

  List<HistoryLink> links() {
    return links;
  }

  /**
   * Visits every batch from the first one on.
   *
   * @throws DamagedJournalException when the first ones are gone, or a batch cannot be read
   */
  public void replay(BatchVisitor visitor) throws IOException {
    requireComplete();
    replayAfter(JournalPosition.START, visitor);
  }

  /**
   * Visits every batch after {@code from}, in order, once.
   *
   * @throws PositionNotInHistoryException when {@code from} is on no batch of this history: nothing
   *     was visited, and an image at that position is useless
   * @throws DamagedJournalException when a batch cannot be read; those before it were visited
   */
  public void replayAfter(JournalPosition from, BatchVisitor visitor) throws IOException {
    if (from.batch() > end.batch()) {
      throw notInHistory(from, "the history ends with " + end);
    }
    if (from.batch() < start().batch()) {
      throw notInHistory(from, "the journal goes back only to " + start());
    }
    boolean verified = false;
    for (HistoryLink link : links) {
      if (link.end().batch() > from.batch() || link.equals(links.get(links.size() - 1))) {
        replay(link, from, verified, visitor);
        verified = true;
      }
    }
  }

  private void replay(
      HistoryLink link, JournalPosition from, boolean verified, BatchVisitor visitor)
      throws IOException {
    try (SegmentCursor cursor = open(link, from.batch())) {
      if (!verified) {
        skipTo(cursor, from);
      }
      while (cursor.position().batch() < link.end().batch()) {
        advance(cursor);
        if (cursor.position().batch() == link.end().batch()) {
          requireSeal(cursor, link.end());
        }
        visitor.visit(cursor.position(), cursor.payload());
      }
    }
  }

  private static void skipTo(SegmentCursor cursor, JournalPosition from) throws IOException {
    while (cursor.position().batch() < from.batch()) {
      advance(cursor);
    }
    if (!cursor.position().equals(from)) {
      throw notInHistory(from, "at that place it has " + cursor.position());
    }
  }

  private static void advance(SegmentCursor cursor) throws IOException {
    if (!cursor.next()) {
      throw cursor.damaged("cannot be read, although newer segments build on it");
    }
  }

  private static void requireSeal(SegmentCursor cursor, JournalPosition seal)
      throws DamagedJournalException {
    if (!cursor.position().equals(seal)) {
      throw new DamagedJournalException(
          "%s has %s where the next segment continues after %s"
              .formatted(cursor, cursor.position(), seal));
    }
  }

  private static PositionNotInHistoryException notInHistory(JournalPosition from, String why) {
    return new PositionNotInHistoryException(from + " is not in the history: " + why);
  }

  Optional<LastBatch> lastBatch() throws IOException {
    for (int i = links.size() - 1; i >= 0; i--) {
      if (!links.get(i).isEmpty()) {
        return Optional.of(lastBatch(links.get(i)));
      }
    }
    if (!end.equals(JournalPosition.START)) {
      throw new DamagedJournalException(
          "nothing is left of the journal after %s, although %s was used again only because there"
                  .formatted(end, links.get(0).header().predecessor().orElseThrow())
              + " was; restore the files of that lane");
    }
    return Optional.empty();
  }

  private LastBatch lastBatch(HistoryLink link) throws IOException {
    try (SegmentCursor cursor = open(link, link.end().batch() - 1)) {
      while (cursor.position().batch() < link.end().batch()) {
        advance(cursor);
      }
      requireSeal(cursor, link.end());
      JournalPosition before = cursor.before();
      boolean first = before.equals(link.header().base());
      Optional<SegmentHeader.Id> holder =
          first ? link.header().predecessor() : Optional.of(link.header().id());
      ByteBuffer payload = cursor.payload();
      return new LastBatch(
          before,
          holder,
          cursor.position(),
          ByteBuffer.allocateDirect(payload.remaining()).put(payload).flip());
    }
  }

  /** Opens a link at the last known place that has not passed {@code batch}. */
  private SegmentCursor open(HistoryLink link, long batch) throws IOException {
    Bookmark from = Bookmark.last(bookmarks, link.header(), Math.min(batch, link.end().batch()));
    return new SegmentCursor(new SegmentReader(area, link.slot()), from);
  }

  /** A cursor in the segment where the batch after {@code from} stands or will stand. */
  SegmentCursor openAfter(JournalPosition from) throws IOException {
    HistoryLink link =
        links.stream()
            .filter(one -> from.batch() < one.end().batch())
            .findFirst()
            .orElse(links.get(links.size() - 1));
    SegmentCursor cursor = open(link, from.batch());
    try {
      skipTo(cursor, from);
      return cursor;
    } catch (IOException e) {
      cursor.close();
      throw e;
    }
  }
}
