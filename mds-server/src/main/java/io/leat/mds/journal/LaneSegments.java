package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The ring of an acquired lane's segments: gives out those that hold nothing that is needed, then
 * new ones up to the area's maximum. Any thread; {@link #take} waits while {@link #prepare} makes
 * one.
 *
 * <p><b>Why nothing stale is ever taken for part of a segment.</b> A slot is used again under a new
 * number and without zeroing, so batches of its former use stay behind the new ones. A batch counts
 * in a segment of epoch E that begins after batch B only if it names E as the epoch of the segment
 * that it was written for, continues the numbers without a gap from B + 1, and holds the running
 * hash of all that went before ({@link SegmentCursor}). A batch of the former use either names an
 * older epoch, since a lane's epochs only grow; or it names E, when the ring went round within one
 * term, and then its number is at most B: a slot is free only when it ends before a checkpoint, and
 * no checkpoint stands after B. The same two facts keep stale batches from being taken for later
 * ones behind a damaged one. And all of it would have to survive the comparison of a 128-bit hash.
 */
final class LaneSegments {

  /**
   * @param bare nothing has to be erased: it holds nothing but zeros, or must not be written to
   *     twice
   */
  private record FreeSlot(SegmentSlot slot, boolean bare) {}

  private final MetadataArea area;
  private final int lane;
  private final List<UsedSegment> used;
  private final Deque<FreeSlot> free = new ArrayDeque<>();

  /** Places without a segment; on several devices one of them may lack some. */
  private final Deque<Integer> empty = new ArrayDeque<>();

  private long nextNumber;
  private long recyclableBatch = UsedSegment.NOTHING;

  /**
   * @param nextNumber above that of every segment that the lane ever had
   * @param used all segments that the lane has
   */
  LaneSegments(MetadataArea area, int lane, long nextNumber, List<UsedSegment> used) {
    this.area = area;
    this.lane = lane;
    this.used = new ArrayList<>(used);
    this.nextNumber = nextNumber;
    Set<Integer> taken =
        used.stream().map(segment -> segment.slot().index()).collect(Collectors.toSet());
    for (int index = 0; index < area.identity().laneSegmentsMax(); index++) {
      if (!taken.contains(index)) {
        empty.add(index);
      }
    }
    recycleBelow(JournalPosition.START);
  }

  /**
   * Frees what ends before a checkpoint. What ends at it stays, so that the history that is left
   * always has a last batch.
   */
  synchronized void recycleBelow(JournalPosition previousCheckpoint) {
    recyclableBatch = Math.max(recyclableBatch, previousCheckpoint.batch());
    for (UsedSegment segment : List.copyOf(used)) {
      if (segment.isBelow(recyclableBatch)) {
        used.remove(segment);
        free.add(new FreeSlot(segment.slot(), area.isShared()));
      }
    }
  }

  /** The segment that was written until now is complete. */
  synchronized void closed(SegmentSlot slot, long endBatch) {
    used.add(new UsedSegment(slot, endBatch));
  }

  /**
   * Makes a segment, unless there is a free one.
   *
   * @return whether there is a free one now; false when the ring is full
   * @throws JournalFullException when it could not be made
   */
  synchronized boolean prepare() throws JournalFullException {
    if (free.isEmpty() && !empty.isEmpty()) {
      SegmentSlot slot = new SegmentSlot(lane, empty.getFirst());
      try {
        area.createSegment(slot);
      } catch (IOException e) {
        throw new JournalFullException(
            "the next journal segment of %s, %s, could not be made: %s"
                .formatted(area.identity().virtualServer(), slot, e.getMessage()),
            e);
      }
      empty.removeFirst();
      // On several devices it may have been there on one of them.
      free.add(new FreeSlot(slot, area.identity().devices() == 1));
    }
    return !free.isEmpty();
  }

  /**
   * Opens the next segment under the next number.
   *
   * @throws JournalFullException when there is none and none could be made
   */
  synchronized SegmentWriter take() throws IOException {
    if (!prepare()) {
      throw new JournalFullException(
          "lane %d of the journal of %s has all %d segments that it may have, and none lies below its"
                  .formatted(
                      lane, area.identity().virtualServer(), area.identity().laneSegmentsMax())
              + " last but one checkpoint");
    }
    FreeSlot next = free.getFirst();
    Device device = area.openToWrite(next.slot());
    free.removeFirst();
    SegmentHeader.Id id = new SegmentHeader.Id(lane, nextNumber++);
    return new SegmentWriter(id, next.slot(), next.bare(), device, area.identity());
  }
}
