package io.leat.mds.server;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.JournalTail;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Brings an image forward over batches of the journal, many in one transaction. One thread. */
final class Replay implements Closeable {

  /** Batches replayed in one transaction of the image. */
  private static final int BATCHES_MAX = 256;

  private final Image image;
  private final Optional<Milestone> milestone;
  private ImageTransaction transaction;
  private JournalPosition last;
  private long count;

  private Replay(Image image, Optional<Milestone> milestone, JournalPosition from) {
    this.image = image;
    this.milestone = milestone;
    this.last = from;
  }

  /**
   * Replays what comes after {@code from}, where the image stands.
   *
   * @param milestone looked at on the way, {@code from} and the end of {@code history} included
   * @return how many batches
   * @throws io.leat.mds.journal.PositionNotInHistoryException when that is not in history; the
   *     image is as it was
   */
  static long after(
      JournalPosition from, JournalHistory history, Image image, Optional<Milestone> milestone)
      throws IOException {
    try (Replay replay = new Replay(image, milestone, from)) {
      history.replayAfter(from, replay::apply);
      replay.commit();
      replay.look();
      return replay.count;
    }
  }

  /**
   * Replays what has come behind the image's position.
   *
   * @param batch that is durable as far as is known
   * @return what {@link JournalTail#follow} says
   */
  static boolean behind(JournalTail tail, long batch, Image image) throws IOException {
    try (Replay replay = new Replay(image, Optional.empty(), tail.settled().position())) {
      boolean followed = tail.follow(batch, replay::apply);
      replay.commit();
      return followed;
    }
  }

  private void apply(JournalPosition position, ByteBuffer payload) {
    look();
    if (transaction == null) {
      transaction = image.begin();
    }
    Effects.replay(payload, transaction);
    last = position;
    if (++count % BATCHES_MAX == 0) {
      commit();
    }
  }

  private void look() {
    if (milestone.isPresent() && milestone.get().position().equals(last)) {
      commit();
      milestone.get().reached().run();
    }
  }

  private void commit() {
    if (transaction != null) {
      AppliedPosition.put(transaction, last);
      transaction.commit();
      transaction = null;
    }
  }

  /** Drops what was not committed. */
  @Override
  public void close() {
    if (transaction != null) {
      transaction.close();
    }
  }
}
