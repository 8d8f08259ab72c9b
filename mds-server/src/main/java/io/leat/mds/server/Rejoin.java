package io.leat.mds.server;

import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.server.Term.Renew;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes metadata devices that were left out in again, during one term: tries whether they can be
 * used, and puts on them what a recovery needs ({@link MetadataArea#admit}). On a thread of its
 * own.
 */
public final class Rejoin {

  private static final Logger LOG = LoggerFactory.getLogger(Rejoin.class);

  /** Pause before an attempt, doubled up to the maximum while it fails: each costs a checkpoint. */
  private static final long PAUSE_MILLIS_MIN = 1_000;

  private static final long PAUSE_MILLIS_MAX = 60_000;

  /** Until the loop has begun a segment. */
  private static final long RENEW_SECONDS_MAX = 30;

  private static final long RENEW_POLL_MILLIS = 20;

  private final MetadataArea area;
  private final Term term;
  private final TermLoop loop;
  private volatile boolean hurried;

  Rejoin(MetadataArea area, Term term, TermLoop loop) {
    this.area = area;
    this.term = term;
    this.loop = loop;
  }

  /** The next attempt is made at once: there is a new device. Any thread. */
  void hurry() {
    hurried = true;
  }

  /** Returns at the end of the term. */
  void run() {
    long pause = PAUSE_MILLIS_MIN;
    try {
      while (area.identity().devices() > 1 && !hasEndedAfter(pause)) {
        pause = hurried ? PAUSE_MILLIS_MIN : pause;
        hurried = false;
        boolean complete = area.devices().stream().allMatch(DeviceState::isSound);
        boolean longer = !complete && (!attempted() || pause > PAUSE_MILLIS_MIN);
        long next = longer ? 2 * pause : pause / 2; // one that fails again and again costs less
        pause = Math.max(PAUSE_MILLIS_MIN, Math.min(next, PAUSE_MILLIS_MAX));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the next attempt; returns whether the term has ended. */
  private boolean hasEndedAfter(long pause) throws InterruptedException {
    long left = pause;
    while (left > 0 && !hurried) {
      long slice = Math.min(left, PAUSE_MILLIS_MIN);
      if (term.awaitEnd(slice)) {
        return true;
      }
      left -= slice;
    }
    return term.hasEnded();
  }

  private boolean attempted() {
    try {
      return attempt(area, term, this::renew);
    } catch (NewerEpochException e) {
      LOG.info("no metadata device is taken in any more: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("a metadata device could not be taken in again: {}", e.getMessage(), e);
    }
    return false;
  }

  /** What is left to who runs the loop. */
  @FunctionalInterface
  public interface Renewal {

    /** Has the loop run a {@link Renew}; returns when that is done. */
    void renew() throws IOException;
  }

  /**
   * Takes in again what can be.
   *
   * @return whether all that are back are in sync again
   */
  public static boolean attempt(MetadataArea area, Term term, Renewal renewal) throws IOException {
    if (!area.admit()) {
      return false;
    }
    renewal.renew();
    term.checkpoint();
    boolean back = area.admitted();
    if (back) {
      term.checkpoint(); // so that there are two on each
    }
    return back;
  }

  private void renew() throws IOException {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      if (!loop.offerAndWake(term.epoch(), new Renew(done))) {
        throw new IOException("the loop takes no work");
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RENEW_SECONDS_MAX);
      while (!done.isDone()) {
        if (term.awaitEnd(RENEW_POLL_MILLIS) || System.nanoTime() - end > 0) {
          throw new IOException("no segment was begun");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a segment was begun", e);
    }
  }
}
