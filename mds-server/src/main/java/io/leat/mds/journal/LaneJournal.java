package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A journal in the own lane of a metadata area. */
final class LaneJournal implements Journal {

  private final Closeable atEnd;
  private final long epoch;
  private final MetadataArea area;
  private final EpochBlocks epochs;
  private final LaneSegments segments;
  private final JournalWriter writer;

  /**
   * @param atEnd closed last
   */
  LaneJournal(
      Closeable atEnd,
      long epoch,
      MetadataArea area,
      EpochBlocks epochs,
      LaneSegments segments,
      JournalWriter writer) {
    this.atEnd = atEnd;
    this.epoch = epoch;
    this.area = area;
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
  public void renew() {
    writer.renew();
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
    area.disown();
    try (atEnd) {
      writer.close();
    }
  }
}
