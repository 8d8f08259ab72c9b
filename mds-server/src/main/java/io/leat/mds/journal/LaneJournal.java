package io.leat.mds.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A journal in the own lane of a metadata area. */
final class LaneJournal implements Journal {

  private final MetadataArea area;
  private final int lane;
  private final long epoch;
  private final EpochBlocks epochs;
  private final LaneSegments segments;
  private final JournalWriter writer;

  LaneJournal(
      MetadataArea area,
      int lane,
      long epoch,
      EpochBlocks epochs,
      LaneSegments segments,
      JournalWriter writer) {
    this.area = area;
    this.lane = lane;
    this.epoch = epoch;
    this.epochs = epochs;
    this.segments = segments;
    this.writer = writer;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public JournalPosition position() {
    return writer.position();
  }

  @Override
  public int payloadBytesMax() {
    return area.identity().payloadBytesMax();
  }

  @Override
  public JournalPosition append(ByteBuffer payload) throws IOException {
    return writer.append(payload);
  }

  @Override
  public boolean newest() throws IOException {
    try {
      if (epochs.newest(epoch)) {
        return true;
      }
    } catch (IOException e) {
      throw writer.stop("its epoch could not be checked", e);
    }
    writer.stop("its epoch is not the newest any more", null);
    return false;
  }

  @Override
  public boolean prepareNextSegment() throws IOException {
    return segments.prepare();
  }

  @Override
  public boolean isHalfFull() {
    return writer.isHalfFull();
  }

  @Override
  public long bytes() {
    return writer.bytes();
  }

  @Override
  public void recycleBelow(JournalPosition previousCheckpoint) {
    segments.recycleBelow(previousCheckpoint);
  }

  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } finally {
      area.releaseLane(lane);
    }
  }
}
