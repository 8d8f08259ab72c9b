package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An owner's journal under one epoch, as the virtual server's loop sees it: append a batch, check
 * the epoch, then commit and reply. For the loop's thread, but for what says otherwise.
 */
public interface Journal extends Closeable {

  /** The epoch under which it appends. */
  long epoch();

  /** After the last batch that is durable; {@link JournalPosition#START} before the first. */
  JournalPosition position();

  /** Largest batch, bytes. */
  int payloadBytesMax();

  /**
   * Appends the effects of a batch; durable when this returns.
   *
   * @param payload 1 to {@link #payloadBytesMax()} bytes; its position does not move
   * @return the position after it
   * @throws JournalFullException when there is no room: nothing was written, a later attempt may
   *     succeed
   * @throws JournalStoppedException when it failed now or earlier: the batch may or may not be part
   *     of history, and only a new activation can tell
   */
  JournalPosition append(ByteBuffer payload) throws IOException;

  /**
   * Whether this epoch is still the newest. If so, everything appended so far belongs to history,
   * and may be shown. If not, or if this fails, nothing more can be appended, and nothing that was
   * appended since the last success may be shown.
   */
  boolean newest() throws IOException;

  /**
   * Makes the next segment, if there is none yet, so that no append has to. Takes as long as
   * writing a segment of zeros, unless an old one can be used again; any thread, best not the
   * loop's.
   *
   * @return false when the lane has all segments that it may have and all are needed
   * @throws JournalFullException when it could not be made
   */
  boolean prepareNextSegment() throws IOException;

  /** Begins another segment with the next batch. */
  void renew();

  /** Whether the present segment is at least half full: time to prepare the next. Any thread. */
  boolean isHalfFull();

  /**
   * Bytes that appending has taken since the activation, with padding and what is left over at the
   * ends of segments. Any thread.
   */
  long bytes();

  /**
   * Lets the lane's segments be used again that hold nothing after {@code previousCheckpoint}. Any
   * thread.
   *
   * @param previousCheckpoint where the last but one of the verified checkpoints stands, so that
   *     the journal leads to the present from either
   */
  void recycleBelow(JournalPosition previousCheckpoint);

  /** Stops appending and gives the lane up. */
  @Override
  void close() throws IOException;
}
