package io.leat.mds.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Finds the history among the segments of all lanes. The newest segment is the one with the highest
 * number of the newest epoch; from there the headers lead back, to the first batch or to where a
 * slot was used again.
 *
 * <p>The last batch may be unreadable: a crash cut it short, and nobody was told that it was
 * durable. An intact batch behind it would mean that it once was durable, since the next batch is
 * written only then; so that is damage, and reported. The same holds for a segment whose header
 * cannot be read, but which has batches that only a valid header can precede.
 */
final class HistoryScan {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryScan.class);

  private static final int SCANS_MAX = 3;

  /** Of the numbers of segments that an epoch has for itself. */
  private static final int EPOCH_SEGMENTS_BITS = 20;

  private record Segment(SegmentSlot slot, SegmentHeader header) {}

  private final MetadataArea area;
  private final Map<SegmentHeader.Id, Segment> segments = new HashMap<>();
  private final List<SegmentSlot> withoutHeader = new ArrayList<>();
  private final List<Bookmark> bookmarks = new ArrayList<>();
  private JournalHistory history;

  private HistoryScan(MetadataArea area) {
    this.area = area;
  }

  /**
   * Reads all lanes.
   *
   * <p>An owner may begin a segment, and write a batch to it, between two looks of a scan, which
   * then finds a batch without a header. What is damage indeed, is damage in each of several scans:
   * an owner that does not know yet that it is none any more writes one batch at most, because it
   * looks at the epochs after it. And a scan may have begun on one device and gone on with another.
   *
   * @param known a place that a reader has come to
   * @throws DamagedJournalException when the journal contradicts itself
   */
  static HistoryScan of(MetadataArea area, Optional<Bookmark> known) throws IOException {
    for (int scans = 1; ; scans++) {
      try {
        return once(area, known);
      } catch (DamagedJournalException | NoSuchFileException e) {
        if (scans == SCANS_MAX) {
          throw e;
        }
        LOG.info("the journal is read again: {}", e.getMessage());
      }
    }
  }

  private static HistoryScan once(MetadataArea area, Optional<Bookmark> known) throws IOException {
    area.look();
    HistoryScan scan = new HistoryScan(area);
    known.ifPresent(scan.bookmarks::add);
    for (int lane = 0; lane < area.identity().lanes(); lane++) {
      for (SegmentSlot slot : area.segments(lane)) {
        scan.readHeader(slot);
      }
    }
    scan.link();
    return scan;
  }

  JournalHistory history() {
    return history;
  }

  /** The newest epoch that has a segment, 0 if there is none. */
  long newestEpoch() {
    return newest().map(s -> s.header().epoch()).orElse(0L);
  }

  /**
   * A number above that of every segment that a lane has or had. A segment that was to be used
   * again may have lost its header; if that counts for anything, another names it. On several
   * devices, and on one that hosts share, there may be segments that were begun and are not seen
   * here; so there the numbers of each epoch are its own.
   *
   * @param epoch under which it is used, larger than all before in this lane
   */
  long nextNumber(int lane, long epoch) {
    boolean unseen = area.identity().devices() > 1 || area.isShared();
    long own = unseen ? epoch << EPOCH_SEGMENTS_BITS : 0;
    return Math.max(own, 1 + highestNumber(lane));
  }

  private long highestNumber(int lane) {
    return segments.values().stream()
        .map(Segment::header)
        .flatMap(header -> Stream.concat(Stream.of(header.id()), header.predecessor().stream()))
        .filter(id -> id.lane() == lane)
        .mapToLong(SegmentHeader.Id::number)
        .max()
        .orElse(0);
  }

  /**
   * The segments of a lane. Those without a header hold nothing that counts, and neither do those
   * that the history does not reach: they stood before its beginning, or are what an owner wrote
   * that had been replaced.
   */
  List<UsedSegment> used(int lane) {
    Map<SegmentSlot, Long> ends = new HashMap<>();
    withoutHeader.forEach(slot -> ends.put(slot, UsedSegment.NOTHING));
    segments.values().forEach(segment -> ends.put(segment.slot(), UsedSegment.NOTHING));
    history.links().stream()
        .filter(link -> !link.isEmpty())
        .forEach(link -> ends.put(link.slot(), link.end().batch()));
    return ends.entrySet().stream()
        .filter(entry -> entry.getKey().lane() == lane)
        .map(entry -> new UsedSegment(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingInt(used -> used.slot().index()))
        .toList();
  }

  private void readHeader(SegmentSlot slot) throws IOException {
    Optional<SegmentHeader> header = header(slot);
    if (header.isEmpty()) {
      withoutHeader.add(slot);
      return;
    }
    Segment twin = segments.put(header.get().id(), new Segment(slot, header.get()));
    if (twin != null || header.get().id().lane() != slot.lane()) {
      throw new DamagedJournalException(
          "%s says that it is %s, which is %s"
              .formatted(slot, header.get().id(), twin == null ? "elsewhere" : twin.slot()));
    }
  }

  /**
   * Where there are several devices, a header counts that stands on all of them: of a segment that
   * was only being begun, others would not know, and what it continues would be used again.
   */
  private Optional<SegmentHeader> header(SegmentSlot slot) throws IOException {
    Set<Optional<SegmentHeader>> found =
        new HashSet<>(area.readEach(device -> header(slot, device)));
    return found.size() == 1 ? found.iterator().next() : Optional.empty();
  }

  private static Optional<SegmentHeader> header(SegmentSlot slot, MetadataArea device)
      throws IOException {
    try (SegmentReader reader = new SegmentReader(device, slot)) {
      return reader.segmentHeader();
    } catch (NoSuchFileException e) {
      LOG.debug("{} is not on each device", slot, e);
      return Optional.empty();
    }
  }

  private void link() throws IOException {
    Deque<HistoryLink> links = new ArrayDeque<>();
    Optional<Segment> newest = newest();
    if (newest.isPresent()) {
      requireOneLane(newest.get().header());
      Segment segment = newest.get();
      links.addFirst(new HistoryLink(segment.slot(), segment.header(), findEnd(segment)));
      while (hasPredecessor(links.getFirst().header())) {
        links.addFirst(predecessor(links.getFirst().header()));
      }
    }
    history = new JournalHistory(area, List.copyOf(links), bookmarks);
    for (SegmentSlot slot : withoutHeader) {
      requireNothingLost(slot, history.end().orElse(JournalPosition.START).batch());
    }
  }

  private Optional<Segment> newest() {
    return segments.values().stream()
        .max(
            Comparator.<Segment>comparingLong(s -> s.header().epoch())
                .thenComparingLong(s -> s.header().id().number()));
  }

  private void requireOneLane(SegmentHeader newest) throws DamagedJournalException {
    for (Segment segment : segments.values()) {
      SegmentHeader header = segment.header();
      if (header.epoch() == newest.epoch() && header.id().lane() != newest.id().lane()) {
        throw new DamagedJournalException(
            "both %s and %s have epoch %d".formatted(header.id(), newest.id(), newest.epoch()));
      }
    }
  }

  private JournalPosition findEnd(Segment segment) throws IOException {
    Bookmark from = Bookmark.last(bookmarks, segment.header(), Long.MAX_VALUE);
    try (SegmentReader reader = new SegmentReader(area, segment.slot());
        SegmentCursor cursor = new SegmentCursor(reader, from)) {
      Bookmark last = from;
      for (Bookmark at = from; cursor.next(); at = cursor.bookmark()) {
        last = at;
      }
      bookmarks.add(last);
      if (cursor.verifyEnd()) {
        LOG.atLevel(area.isShared() ? Level.DEBUG : Level.WARN)
            .log(
                "{}: batch {} of epoch {} at byte {} was cut short by a crash; nobody was"
                    + " told that it is durable, and it is dropped",
                cursor,
                cursor.position().batch() + 1,
                segment.header().epoch(),
                cursor.offset());
      }
      return cursor.position();
    }
  }

  /** Not, when its slot has been used again: what it held is in a checkpoint. */
  private boolean hasPredecessor(SegmentHeader header) {
    return header.predecessor().filter(segments::containsKey).isPresent();
  }

  /** Each step goes to an older epoch, or a lower number in the same: so this ends. */
  private HistoryLink predecessor(SegmentHeader header) throws DamagedJournalException {
    SegmentHeader.Id id = header.predecessor().orElseThrow();
    Segment found = segments.get(id);
    SegmentHeader older = found.header();
    boolean sameEpoch =
        older.epoch() == header.epoch() && older.id().number() < header.id().number();
    boolean inside = older.base().batch() < header.base().batch();
    if (!inside || !(sameEpoch || older.epoch() < header.epoch())) {
      throw new DamagedJournalException(
          "%s goes on after %s of %s, which begins at %s"
              .formatted(header.id(), header.base(), id, older.base()));
    }
    return new HistoryLink(found.slot(), older, header.base());
  }

  private void requireNothingLost(SegmentSlot slot, long end) throws IOException {
    try (SegmentReader reader = new SegmentReader(area, slot)) {
      if (reader.isUntouched()) {
        return;
      }
      for (long at = reader.nextBatch(JournalFormat.BLOCK);
          at >= 0;
          at = reader.nextBatch(at + JournalFormat.BLOCK)) {
        if (isLost(reader.header(), end)) {
          throw new DamagedJournalException(
              "the header of %s cannot be read, but batch %d of epoch %d, which the history has"
                      .formatted(reader, reader.header().batch(), reader.header().epoch())
                  + " not, stands in it at byte %d; restore the file".formatted(at));
        }
      }
    }
  }

  /** Copies do not count: an activation that was cut short leaves them without a header. */
  private boolean isLost(BatchHeader found, long end) {
    long epoch = newestEpoch();
    return !found.isCopy()
        && (found.epoch() > epoch || (found.epoch() == epoch && found.batch() > end));
  }
}
