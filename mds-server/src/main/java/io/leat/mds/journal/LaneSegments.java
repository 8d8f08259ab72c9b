package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Gives out the segments of an acquired lane: first those that were made but never used, then new
 * ones up to the area's maximum. Any thread; {@link #take} waits while {@link #prepare} makes one.
 */
final class LaneSegments {

  private final MetadataArea area;
  private final int lane;
  private final Deque<SegmentSlot> unused;
  private int nextIndex;
  private long nextNumber;

  /**
   * @param highestNumber of the lane's segments so far
   * @param unused slots whose segments hold nothing that counts
   */
  LaneSegments(MetadataArea area, int lane, long highestNumber, List<SegmentSlot> unused)
      throws IOException {
    this.area = area;
    this.lane = lane;
    this.unused = new ArrayDeque<>(unused);
    this.nextNumber = highestNumber + 1;
    List<SegmentSlot> all = area.segments(lane);
    this.nextIndex = all.isEmpty() ? 0 : all.get(all.size() - 1).index() + 1;
  }

  /**
   * Makes a segment, unless there is an unused one.
   *
   * @return whether there is an unused one now; false when the lane is full
   */
  synchronized boolean prepare() throws IOException {
    if (unused.isEmpty() && nextIndex < area.identity().laneSegmentsMax()) {
      SegmentSlot slot = new SegmentSlot(lane, nextIndex);
      area.createSegment(slot);
      nextIndex++;
      unused.add(slot);
    }
    return !unused.isEmpty();
  }

  /**
   * Opens the next segment under the next number.
   *
   * @throws JournalFullException when the lane has all segments that it may have
   */
  synchronized SegmentWriter take() throws IOException {
    if (!prepare()) {
      throw new JournalFullException(
          "lane %d of the journal of %s has all %d segments that it may have; wait for a checkpoint"
                  .formatted(
                      lane, area.identity().virtualServer(), area.identity().laneSegmentsMax())
              + " or allow more");
    }
    Device device = area.openToWrite(unused.getFirst());
    unused.removeFirst();
    return new SegmentWriter(new SegmentHeader.Id(lane, nextNumber++), device, area.identity());
  }
}
