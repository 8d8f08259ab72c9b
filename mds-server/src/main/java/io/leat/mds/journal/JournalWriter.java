package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Appends batches to the own lane. One thread.
 *
 * <p>A batch is written only when the one before is durable; recovery builds on that. After a
 * failure the writer takes nothing more: what it failed to write may yet be read back, so nothing
 * may follow it under the same epoch.
 */
final class JournalWriter implements Closeable {

  private final AreaIdentity area;
  private final LaneSegments segments;
  private final HashChain hashChain = new HashChain();
  private final long epoch;
  private final JournalPosition seal;
  private SegmentWriter segment;
  private JournalPosition position;
  private JournalStoppedException stopped;
  private boolean renew;
  private long closedBytes;
  private volatile long bytes;
  private volatile boolean halfFull;

  /**
   * @param seal end of the history before this epoch; {@code segment} holds it already
   * @param segment with header
   */
  JournalWriter(
      AreaIdentity area,
      LaneSegments segments,
      long epoch,
      JournalPosition seal,
      SegmentWriter segment) {
    this.area = area;
    this.segments = segments;
    this.epoch = epoch;
    this.seal = seal;
    this.segment = segment;
    this.position = seal;
  }

  JournalPosition position() {
    return position;
  }

  /** Bytes that this writer's segments have taken, with what was left over at their ends. */
  long bytes() {
    return bytes;
  }

  /** Whether the present segment is at least half full. */
  boolean isHalfFull() {
    return halfFull;
  }

  /** The next batch begins a segment. */
  void renew() {
    renew = true;
  }

  JournalPosition append(ByteBuffer payload) throws IOException {
    requireRunning();
    requireSize(payload.remaining());
    try {
      if (renew || !segment.fits(payload.remaining())) {
        roll();
        renew = false;
      }
      JournalPosition next = hashChain.next(position, epoch, payload);
      BatchHeader header =
          new BatchHeader(payload.remaining(), epoch, next.batch(), position.hash(), epoch);
      segment.writeBatch(header, payload);
      position = next;
      bytes = closedBytes + segment.offset();
      halfFull = segment.offset() > area.segmentBytes() / 2;
      return next;
    } catch (JournalFullException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw stop("batch %d could not be written".formatted(position.batch() + 1), e);
    }
  }

  private void requireSize(int payloadBytes) {
    if (payloadBytes < 1 || payloadBytes > area.payloadBytesMax()) {
      throw new IllegalArgumentException(
          "a batch has 1 to %d bytes, not %d".formatted(area.payloadBytesMax(), payloadBytes));
    }
  }

  private void roll() throws IOException {
    SegmentWriter next = segments.take();
    try {
      next.writeHeader(
          new SegmentHeader(next.id(), epoch, position, seal, Optional.of(segment.id())));
      segment.close();
    } catch (IOException e) {
      closeAfter(e, next);
      throw e;
    }
    segments.closed(segment.slot(), position.batch());
    closedBytes += area.segmentBytes();
    segment = next;
  }

  private void requireRunning() throws JournalStoppedException {
    if (stopped != null) {
      throw new JournalStoppedException(stopped.getMessage(), stopped);
    }
  }

  /** Takes nothing more from now on; the first reason stays. */
  JournalStoppedException stop(String why, Exception cause) {
    String reason = cause == null ? why : why + ": " + cause.getMessage();
    JournalStoppedException now =
        new JournalStoppedException(
            "the journal of %s, epoch %d, has stopped after batch %d in %s: %s; activate it again"
                .formatted(area.virtualServer(), epoch, position.batch(), segment, reason),
            cause);
    if (stopped == null) {
      stopped = now;
    }
    return now;
  }

  static void closeAfter(Exception failure, Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    stop("it was closed", null);
    segment.close();
  }
}
