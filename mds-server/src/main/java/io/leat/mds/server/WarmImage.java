package io.leat.mds.server;

import io.leat.mds.journal.Bookmark;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.JournalTail;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an image close behind an owner that serves elsewhere, so that a takeover has little left to
 * replay (N2). What it holds is history; {@link ImageRecovery} makes sure of that once more.
 *
 * <p>The loop's thread, but for {@link #batch}.
 */
public final class WarmImage implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(WarmImage.class);

  /** To begin anew takes a scan of the journal, so it is not tried more often. */
  private static final long BEGIN_MILLIS_MIN = 1_000;

  private final TermStart start;

  /** Null while it is not close behind. */
  private JournalTail tail;

  private long beginMillis;
  private volatile long batch;

  /**
   * @param start whose image it is
   */
  public WarmImage(TermStart start) {
    this.start = start;
    this.beginMillis = start.time().now().monotonicMillis();
  }

  /**
   * Brings the image up to the batch before {@code ownersBatch}; never mind if not, for the next
   * call tries again.
   *
   * @param ownersBatch that the owner says is durable
   * @throws IOException when the journal cannot be read now
   */
  public void follow(long ownersBatch) throws IOException {
    if (tail == null && !begun()) {
      return;
    }
    boolean followed = false;
    try {
      followed = Replay.behind(tail, ownersBatch, start.image());
      batch = tail.settled().position().batch();
    } finally {
      if (!followed) {
        close();
      }
    }
    start.image().flush();
  }

  private boolean begun() throws IOException {
    long now = start.time().now().monotonicMillis();
    if (now < beginMillis) {
      return false;
    }
    beginMillis = now + BEGIN_MILLIS_MIN;
    JournalHistory history = start.recoverSettled();
    if (history.end().isEmpty()) {
      return false;
    }
    JournalPosition from = ImageRecovery.position(start.image());
    tail = JournalTail.after(from, start.area(), history);
    LOG.info("{}: the image follows the owner after {}", start.virtualServer(), from);
    return true;
  }

  /** Up to where the journal is known; empty when it is not. */
  public Optional<Bookmark> place() {
    return Optional.ofNullable(tail).map(JournalTail::settled);
  }

  /** The image's batch, 0 while it is not close behind; any thread. */
  public long batch() {
    return batch;
  }

  /** Follows no more; {@link #follow} begins anew. */
  @Override
  public void close() throws IOException {
    batch = 0;
    try (JournalTail last = tail) {
      LOG.debug("{}: closing {}", start.virtualServer(), last);
      tail = null;
    }
  }
}
