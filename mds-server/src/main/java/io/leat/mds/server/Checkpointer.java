package io.leat.mds.server;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalFullException;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the journal's space during one term, on a thread of its own: makes the next segment
 * when the present one is half full, and a checkpoint when so much has been appended since the last
 * one. The loop is held up only when the ring is full.
 *
 * <p>A checkpoint is taken from a snapshot of the image, which never shows more than what is
 * durable and of this epoch; so it is history whoever owns the virtual server when it is complete.
 * Before the place of an older one is overwritten the epoch is checked, so that what a newer owner
 * reads stays in place.
 *
 * <p>{@link #journalGrew}, {@link #makeRoom} and {@link #finish} are for the loop's thread.
 * Checkpoints exclude each other.
 */
final class Checkpointer implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  /** After a failure the next attempt waits for this share of the usual journal bytes. */
  private static final int RETRY_SHARE = 8;

  /** Progress is told after so many bytes. */
  private static final long PROGRESS_BYTES = 256L << 20;

  /** Checkpoints that make room: everything below the last but one is free. */
  private static final int CHECKPOINTS_FOR_ROOM = 2;

  /**
   * What it works on.
   *
   * @param lane acquired
   */
  record Storage(
      String virtualServer,
      MetadataArea area,
      int lane,
      Image image,
      CheckpointStore store,
      Journal journal) {}

  private final Storage parts;
  private final long limitBytes;
  private final TimeSource time;
  private final Semaphore wake = new Semaphore(0);
  private final Object oneAtATime = new Object();

  /** Null when the loop does the work. */
  private final Thread thread;

  private JournalPosition newest;
  private volatile long dueAtBytes;
  private volatile boolean segmentReady;
  private volatile boolean stopped;
  private volatile boolean ended;

  /** Who makes the last checkpoint, after everything has ended. */
  private volatile Thread finisher;

  private Checkpointer(
      Storage parts, JournalHistory history, long limitBytes, TimeSource time, boolean background) {
    this.parts = parts;
    this.limitBytes = limitBytes;
    this.time = time;
    this.newest =
        parts.store().list().stream()
            .findFirst()
            .map(StoredCheckpoint::position)
            .orElse(JournalPosition.START);
    this.dueAtBytes = limitBytes - history.bytesAfter(newest);
    this.thread =
        background ? new Thread(this::run, "leat-checkpoint-" + parts.virtualServer()) : null;
  }

  /**
   * Starts the thread.
   *
   * @param history that the term began with; its length counts
   * @param limitBytes of the journal, after which a checkpoint is made
   */
  static Checkpointer start(
      Storage parts, JournalHistory history, long limitBytes, TimeSource time) {
    Checkpointer checkpointer = new Checkpointer(parts, history, limitBytes, time, true);
    checkpointer.thread.setDaemon(true);
    checkpointer.thread.start();
    checkpointer.journalGrew();
    return checkpointer;
  }

  /** The same without a thread: the loop does the work in between its batches. */
  static Checkpointer inline(
      Storage parts, JournalHistory history, long limitBytes, TimeSource time) {
    return new Checkpointer(parts, history, limitBytes, time, false);
  }

  /** Wakes the thread when there is something for it to do. */
  void journalGrew() {
    if (!parts.journal().isHalfFull()) {
      segmentReady = false;
    }
    if (thread == null) {
      work();
    } else if ((isDue() || wantsSegment()) && wake.availablePermits() == 0) {
      wake.release();
    }
  }

  /** Whether the journal has room for some time without waiting for anything; any thread. */
  boolean hasRoomAhead() {
    return !wantsSegment();
  }

  private boolean isDue() {
    return parts.journal().bytes() >= dueAtBytes;
  }

  private boolean wantsSegment() {
    return !segmentReady && parts.journal().isHalfFull();
  }

  private void run() {
    try {
      while (!stopped) {
        wake.acquire();
        work();
      }
    } catch (InterruptedException e) {
      LOG.error("{}: {} was interrupted and ends", parts.virtualServer(), thread.getName(), e);
    }
  }

  private void work() {
    if (!stopped && wantsSegment()) {
      prepareSegment();
    }
    if (!stopped && isDue()) {
      checkpointOrWarn();
    }
  }

  private void prepareSegment() {
    segmentReady = true;
    try {
      LOG.debug("next segment there: {}", parts.journal().prepareNextSegment());
    } catch (IOException e) {
      LOG.warn(
          "{}: the next journal segment cannot be made ahead: {}",
          parts.virtualServer(),
          e.getMessage());
    }
  }

  private void checkpointOrWarn() {
    try {
      checkpoint();
    } catch (NewerEpochException e) {
      LOG.info("{}: no more checkpoints: {}", parts.virtualServer(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      dueAtBytes = parts.journal().bytes() + limitBytes / RETRY_SHARE;
      if (!givenUp()) {
        LOG.warn(
            "{}: no new checkpoint could be made, the former one stays and the journal grows: {}",
            parts.virtualServer(),
            e.getMessage(),
            e);
      }
    }
  }

  /** Makes a checkpoint of what the image shows. */
  void checkpoint() throws IOException {
    synchronized (oneAtATime) {
      long bytes = parts.journal().bytes();
      try (ImageSnapshot snapshot = parts.image().snapshot()) {
        if (AppliedPosition.get(snapshot).isPresent()) {
          requireNewestEpoch();
          newest = write(snapshot).position();
        }
      }
      parts.journal().recycleBelow(parts.store().previousPosition());
      dueAtBytes = bytes + limitBytes;
    }
  }

  private void requireNewestEpoch() throws IOException {
    long epoch = parts.journal().epoch();
    if (!EpochBlocks.following(parts.area(), parts.lane(), epoch).newest(epoch)) {
      throw new IOException("epoch " + epoch + " is not the newest any more");
    }
  }

  private StoredCheckpoint write(ImageSnapshot snapshot) throws IOException {
    long expectedBytes = parts.image().usedBytes();
    long started = time.now().monotonicMillis();
    LOG.info("{}: making a checkpoint, about {} bytes", parts.virtualServer(), expectedBytes);
    StoredCheckpoint made =
        parts.store().write(parts.lane(), snapshot, expectedBytes, this::progress);
    LOG.info(
        "{}: {} with {} entries and {} bytes, after {} ms",
        parts.virtualServer(),
        made,
        made.header().entries(),
        made.header().bytes(),
        time.now().monotonicMillis() - started);
    return made;
  }

  private void progress(long bytes) throws IOException {
    if (givenUp()) {
      throw new IOException("the term has ended");
    }
    if (bytes / PROGRESS_BYTES != (bytes - 1) / PROGRESS_BYTES) {
      LOG.info("{}: {} bytes of the checkpoint written", parts.virtualServer(), bytes);
    }
  }

  /** The loop's last checkpoint is made after all others have ended. */
  private boolean givenUp() {
    return (stopped || ended) && Thread.currentThread() != finisher;
  }

  /** The term is ending: a checkpoint that another thread makes is given up. */
  void end() {
    ended = true;
  }

  /**
   * Frees segments of a full ring: waits for a checkpoint that is being made, then makes others.
   *
   * @throws IOException when none could be made; the term is over
   */
  void makeRoom(JournalFullException why) throws IOException {
    LOG.warn("{}: requests wait for a checkpoint: {}", parts.virtualServer(), why.getMessage());
    synchronized (oneAtATime) {
      for (int i = 0; i < CHECKPOINTS_FOR_ROOM && !hasRoom(); i++) {
        checkpoint();
      }
    }
  }

  private boolean hasRoom() throws IOException {
    try {
      return parts.journal().prepareNextSegment();
    } catch (JournalFullException e) {
      LOG.debug("{}: still no segment", parts.virtualServer(), e);
      return false;
    }
  }

  /** At an orderly end, with the loop at rest: makes a checkpoint of what is not in one. */
  void finish() {
    finisher = Thread.currentThread();
    close();
    if (!parts.journal().position().equals(newest)) {
      checkpointOrWarn();
    }
  }

  /** Ends the thread; a checkpoint that it is making is given up. */
  @Override
  public void close() {
    stopped = true;
    wake.release();
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
