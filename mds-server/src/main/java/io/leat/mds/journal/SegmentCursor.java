package io.leat.mds.journal;

import io.leat.mds.journal.SegmentReader.Found;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Goes over the batches of a segment in order and verifies the running hash. One thread. */
final class SegmentCursor implements Closeable {

  private final SegmentReader reader;
  private final SegmentHeader header;
  private final HashChain hashChain = new HashChain();
  private JournalPosition before;
  private JournalPosition position;
  private long offset;

  /** From a place in the segment; closes the reader with itself. */
  SegmentCursor(SegmentReader reader, Bookmark from) {
    this.reader = reader;
    this.header = from.header();
    this.before = from.before();
    this.position = from.position();
    this.offset = from.offset();
  }

  /**
   * Goes to the next batch.
   *
   * @return false when it does not stand where it should; nothing has moved then
   * @throws DamagedJournalException when it is there but does not continue the history
   */
  boolean next() throws IOException {
    if (!reader.contains(offset) || reader.look(offset) != Found.BATCH || !isNext()) {
      return false;
    }
    BatchHeader found = reader.header();
    if (!found.previous().equals(position.hash())) {
      throw damaged("does not continue the history: its previous hash differs");
    }
    JournalPosition next = hashChain.next(position, found.epoch(), reader.payload());
    if (next.batch() == header.seal().batch() && !next.equals(header.seal())) {
      throw damaged("is not the one that the segment's header seals");
    }
    before = position;
    position = next;
    offset += JournalFormat.batchBytes(found.payloadBytes());
    return true;
  }

  /** Whether the batch looked at is of this segment's use and has the next number. */
  private boolean isNext() {
    BatchHeader found = reader.header();
    long number = position.batch() + 1;
    boolean epochFits =
        number <= header.seal().batch()
            ? found.epoch() < header.epoch()
            : found.epoch() == header.epoch();
    return found.batch() == number && found.segmentEpoch() == header.epoch() && epochFits;
  }

  /**
   * Makes sure that the segment ends here: that no later batch of its epoch stands further on.
   *
   * @return whether something was begun here, which a crash cut short
   */
  boolean verifyEnd() throws IOException {
    if (position.batch() < header.seal().batch()) {
      throw damaged("is missing, although the segment's header says that it was copied here");
    }
    for (long at = reader.nextBatch(offset);
        at >= 0;
        at = reader.nextBatch(at + JournalFormat.BLOCK)) {
      if (isLater(reader.header())) {
        throw damaged(
            "cannot be read, but %s stands behind it, intact, at byte %d; the middle of the journal"
                    .formatted("batch " + reader.header().batch(), at)
                + " was damaged after it was written. Restore the file, or accept the loss of"
                + " everything after batch "
                + position.batch());
      }
    }
    return reader.contains(offset)
        && switch (reader.look(offset)) {
          case NOTHING -> false;
          case BATCH -> false;
          case RUBBISH -> true;
        };
  }

  private boolean isLater(BatchHeader found) {
    return found.epoch() > header.epoch()
        || (found.epoch() == header.epoch() && found.batch() > position.batch());
  }

  DamagedJournalException damaged(String what) {
    return new DamagedJournalException(
        "batch %d at byte %d of %s (%s, epoch %d) %s"
            .formatted(position.batch() + 1, offset, reader, header.id(), header.epoch(), what));
  }

  /** After the batch that {@link #next} found last, or the base. */
  JournalPosition position() {
    return position;
  }

  /** Before the batch that {@link #next} found last. */
  JournalPosition before() {
    return before;
  }

  /** Of the batch that {@link #next} found last. */
  ByteBuffer payload() {
    return reader.payload();
  }

  /** Where the next batch would stand, bytes. */
  long offset() {
    return offset;
  }

  /** The place where it is. */
  Bookmark bookmark() {
    return new Bookmark(header, before, position, offset);
  }

  /** What stands here may have changed since it was read. */
  void lookAgain() {
    reader.forget();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  @Override
  public String toString() {
    return reader.toString();
  }
}
