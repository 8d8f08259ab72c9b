package io.leat.mds.journal;

/**
 * A place for a journal segment in a lane's ring. Which segment stands there says the segment's
 * header: its number grows with each use of any slot of the lane.
 *
 * @param lane 0 to {@link AreaIdentity#LANES_MAX} - 1
 * @param index 0 to {@link AreaIdentity#LANE_SEGMENTS_LIMIT} - 1
 */
public record SegmentSlot(int lane, int index) {

  public SegmentSlot {
    if (lane < 0 || lane >= AreaIdentity.LANES_MAX) {
      throw new IllegalArgumentException("lane " + lane);
    }
    if (index < 0 || index >= AreaIdentity.LANE_SEGMENTS_LIMIT) {
      throw new IllegalArgumentException("slot " + index + " of lane " + lane);
    }
  }

  /** The name used for its file and in messages. */
  @Override
  public String toString() {
    return "lane-%02d-segment-%04d".formatted(lane, index);
  }
}
