package io.leat.mds.journal;

/**
 * A slot that may hold something.
 *
 * @param endBatch last batch in it that counts, {@link #NOTHING} for none
 */
record UsedSegment(SegmentSlot slot, long endBatch) {

  /** The end batch of a slot that holds nothing that counts. */
  static final long NOTHING = 0;

  boolean isBelow(long batch) {
    return endBatch == NOTHING || endBatch < batch;
  }
}
