package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Goes behind an owner that appends, batch after batch. The newest batch is held back until another
 * one stands behind it: an owner appends only when the batch before is durable and its epoch was
 * still the newest after that, so whatever was visited is history, whoever owns the journal next.
 *
 * <p>One thread.
 */
public final class JournalTail implements Closeable {

  private final MetadataArea area;
  private SegmentCursor cursor;

  /** After the batch that was visited last. */
  private Bookmark settled;

  /** The batch after that; null while none is known. */
  private ByteBuffer held;

  private JournalPosition heldPosition;

  private JournalTail(MetadataArea area, SegmentCursor cursor) {
    this.area = area;
    this.cursor = cursor;
    this.settled = cursor.bookmark();
  }

  /**
   * Begins after a position.
   *
   * @param history not empty
   * @throws PositionNotInHistoryException when the position is on no batch of it
   */
  public static JournalTail after(JournalPosition from, MetadataArea area, JournalHistory history)
      throws IOException {
    return new JournalTail(area, history.openAfter(from));
  }

  /**
   * Visits what has come.
   *
   * @param batch that is durable as far as is known
   * @return false when the journal does not go on here: it has another owner, or has been used
   *     again; then begin anew
   */
  public boolean follow(long batch, BatchVisitor visitor) throws IOException {
    if (cursor.position().batch() >= batch) {
      return true;
    }
    cursor.lookAgain();
    visitAll(visitor);
    while (cursor.position().batch() < batch && goneOn()) {
      visitAll(visitor);
    }
    return cursor.position().batch() >= batch;
  }

  private void visitAll(BatchVisitor visitor) throws IOException {
    for (Bookmark at = cursor.bookmark(); cursor.next(); at = cursor.bookmark()) {
      if (held != null) {
        visitor.visit(heldPosition, held.asReadOnlyBuffer());
      }
      settled = at;
      hold(cursor.position(), cursor.payload());
    }
  }

  private void hold(JournalPosition position, ByteBuffer payload) {
    int length = payload.remaining();
    if (held == null || held.capacity() < length) {
      held = ByteBuffer.allocate(length);
    }
    held.clear().put(payload).flip();
    heldPosition = position;
  }

  /** Goes to the owner's next segment, if there is one. */
  private boolean goneOn() throws IOException {
    SegmentHeader present = cursor.bookmark().header();
    for (SegmentSlot slot : area.segments(present.id().lane())) {
      SegmentReader reader = new SegmentReader(area, slot);
      try {
        Optional<SegmentHeader> header = reader.segmentHeader();
        if (header.isPresent() && follows(header.get(), present)) {
          cursor.close();
          cursor = new SegmentCursor(reader, Bookmark.atBase(header.get()));
          return true;
        }
        reader.close();
      } catch (IOException | RuntimeException e) {
        JournalWriter.closeAfter(e, reader);
        throw e;
      }
    }
    return false;
  }

  private boolean follows(SegmentHeader header, SegmentHeader present) {
    return header.epoch() == present.epoch()
        && header.predecessor().equals(Optional.of(present.id()))
        && header.base().equals(cursor.position());
  }

  /** After the batch that was visited last; before the first, where it began. */
  public Bookmark settled() {
    return settled;
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
