package io.leat.mds.server;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.checkpoint.WriteProgress;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.CheckpointKeeper;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.PositionNotInHistoryException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an image to the end of history, the shortest way that is safe (S2):
 *
 * <ol>
 *   <li>The image as it is, when its position lies in the journal's history. Of an image that
 *       stands before what is left of the journal, nobody knows whether it is history.
 *   <li>Else the newest checkpoint that is in history and can be read; one that cannot is named in
 *       a warning, and the next older one serves.
 *   <li>Else the journal alone, if it goes back to the first batch.
 * </ol>
 *
 * Before the activation has sealed the history its last batch may not be durable, so {@link
 * #recover} stops before it, and {@link #finish} brings it. One thread.
 */
final class ImageRecovery implements CheckpointKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(ImageRecovery.class);

  /** So many checkpoints at one position free everything below it. */
  private static final int CHECKPOINTS_FOR_ROOM = 2;

  private final String virtualServer;
  private final Image image;
  private final CheckpointStore store;
  private final int lane;
  private final Optional<Milestone> milestone;
  private JournalPosition base = JournalPosition.START;

  /**
   * @param lane where {@link #makeRoom} writes checkpoints
   */
  ImageRecovery(String virtualServer, Image image, CheckpointStore store, int lane) {
    this(virtualServer, image, store, lane, Optional.empty());
  }

  /** As the other, looking at the image on its way. */
  ImageRecovery(
      String virtualServer,
      Image image,
      CheckpointStore store,
      int lane,
      Optional<Milestone> milestone) {
    this.virtualServer = virtualServer;
    this.image = image;
    this.store = store;
    this.lane = lane;
    this.milestone = milestone;
  }

  @Override
  public void recover(JournalHistory history) throws IOException {
    List<StoredCheckpoint> checkpoints = store.list();
    if (!usedAsItIs(history, checkpoints) && !loadedCheckpoint(history, checkpoints)) {
      replayAll(history, checkpoints.size());
    }
  }

  private boolean usedAsItIs(JournalHistory history, List<StoredCheckpoint> checkpoints)
      throws IOException {
    JournalPosition stands = position(image);
    if (stands.equals(JournalPosition.START) && !(isEmpty() && checkpoints.isEmpty())) {
      return false;
    }
    try {
      return reached(stands, history, "the image on this host");
    } catch (DamagedJournalException e) {
      if (checkpoints.stream().noneMatch(one -> one.position().batch() > stands.batch())) {
        throw e;
      }
      LOG.warn("{}: a newer checkpoint is tried: {}", virtualServer, e.getMessage(), e);
      return false;
    }
  }

  private boolean loadedCheckpoint(JournalHistory history, List<StoredCheckpoint> newestFirst)
      throws IOException {
    long end = history.end().orElse(JournalPosition.START).batch();
    for (StoredCheckpoint checkpoint : newestFirst) {
      if (checkpoint.position().batch() > end) {
        LOG.warn(
            "{}: {} is not used: the journal ends with batch {}, so its tail is lost",
            virtualServer,
            checkpoint,
            end);
      } else if (loaded(checkpoint)
          && reached(checkpoint.position(), history, checkpoint.toString())) {
        return true;
      }
    }
    return false;
  }

  private boolean loaded(StoredCheckpoint checkpoint) {
    try {
      LOG.info("{}: loading {}", virtualServer, checkpoint);
      store.load(checkpoint, image);
      return true;
    } catch (IOException e) {
      LOG.warn("{}: {} cannot be used; trying an older one", virtualServer, checkpoint, e);
      return false;
    }
  }

  /**
   * Goes on from where the image stands. Whoever made the image there knew that it was durable, so
   * the last batch of all is no exception.
   */
  private boolean reached(JournalPosition from, JournalHistory history, String what)
      throws IOException {
    try {
      boolean there = from.equals(history.end().orElse(JournalPosition.START));
      long batches = there ? 0 : Replay.after(from, history.settled(), image, milestone);
      base = from;
      LOG.info("{}: replayed {} batches after {}, on {}", virtualServer, batches, from, what);
      return true;
    } catch (PositionNotInHistoryException e) {
      LOG.warn("{}: {} is not used: {}", virtualServer, what, e.getMessage());
      return false;
    }
  }

  private void replayAll(JournalHistory history, int checkpoints) throws IOException {
    if (checkpoints > 0) {
      LOG.warn(
          "{}: none of {} checkpoints can be used, replaying the whole journal",
          virtualServer,
          checkpoints);
    }
    history.requireComplete();
    image.clear();
    Replay.after(JournalPosition.START, history.settled(), image, milestone);
  }

  /** Replays the batch that {@link #recover} left out; after the activation has made it durable. */
  void finish(JournalHistory history) throws IOException {
    Replay.after(position(image), history, image, milestone);
  }

  @Override
  public void makeRoom() throws IOException {
    LOG.info("{}: all journal segments are in use, making checkpoints first", virtualServer);
    for (int i = 0; i < CHECKPOINTS_FOR_ROOM; i++) {
      try (ImageSnapshot snapshot = image.snapshot()) {
        store.write(lane, snapshot, image.usedBytes(), WriteProgress.NONE);
      }
    }
  }

  @Override
  public JournalPosition previousCheckpoint() {
    return store.previousPosition();
  }

  /**
   * Where the image stood before the journal was replayed: at the checkpoint, if one was loaded;
   * {@link JournalPosition#START} for the whole journal. After {@link #recover}.
   */
  JournalPosition base() {
    return base;
  }

  /** How far an image holds history; {@link JournalPosition#START} for one that holds none. */
  static JournalPosition position(Image image) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return AppliedPosition.get(snapshot).orElse(JournalPosition.START);
    }
  }

  private boolean isEmpty() {
    boolean[] empty = {true};
    try (ImageSnapshot snapshot = image.snapshot()) {
      snapshot.scan(new byte[0], null, (key, value) -> empty[0] = false);
    }
    return empty[0];
  }
}
