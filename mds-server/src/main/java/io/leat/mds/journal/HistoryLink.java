package io.leat.mds.journal;

/**
 * A segment's part of the history: its batches from its base up to {@code end}.
 *
 * @param end last batch that counts here; the base of the next link, or the end of the journal
 */
record HistoryLink(SegmentSlot slot, SegmentHeader header, JournalPosition end) {

  /** The same, but ending no later than {@code latest}. */
  HistoryLink endingAt(JournalPosition latest) {
    return end.batch() <= latest.batch() ? this : new HistoryLink(slot, header, latest);
  }

  boolean isEmpty() {
    return header.base().batch() == end.batch();
  }
}
