package io.leat.mds.server;

import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.PositionNotInHistoryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens an image on this host and brings it to the end of history.
 *
 * <p>The image is a disposable cache: its files survive the death of the process, but not of the
 * host, because they are not flushed. So they are used only under the boot id they were made under,
 * and only if the position they stand at lies in the journal's history (S2).
 */
final class ImageStore {

  private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

  /** Batches replayed in one transaction of the image. */
  private static final int REPLAY_BATCHES_MAX = 256;

  private ImageStore() {}

  /** Opens the image in {@code directory}; empty when a host crash may have torn it. */
  static Image open(Path directory, long capacityBytes) throws IOException {
    String boot = HostBoot.id();
    Path mark = directory.resolveSibling(directory.getFileName() + ".boot-id");
    boolean sameBoot = boot.equals(readMark(mark));
    Image image =
        sameBoot
            ? LmdbImage.open(directory, capacityBytes)
            : LmdbImage.openEmpty(directory, capacityBytes);
    Files.write(mark, boot.getBytes(StandardCharsets.UTF_8));
    return image;
  }

  /** The image in {@code directory}, if there is one that a host crash cannot have torn. */
  static Optional<Image> openWarm(Path directory, long capacityBytes) throws IOException {
    String boot = HostBoot.id();
    Path mark = directory.resolveSibling(directory.getFileName() + ".boot-id");
    return boot.equals(readMark(mark)) && Files.isDirectory(directory)
        ? Optional.of(LmdbImage.open(directory, capacityBytes))
        : Optional.empty();
  }

  private static String readMark(Path mark) throws IOException {
    try {
      return Files.readString(mark).strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Replays what the image does not hold yet; from the start if it stands outside of history. */
  static void catchUp(Image image, JournalHistory history, String virtualServer)
      throws IOException {
    catchUp(image, history, virtualServer, Optional.empty());
  }

  /** As {@link #catchUp(Image, JournalHistory, String)}, looking at the image on its way. */
  static void catchUp(
      Image image, JournalHistory history, String virtualServer, Optional<Milestone> milestone)
      throws IOException {
    JournalPosition from = applied(image);
    Replay replay = new Replay(image, milestone);
    try {
      history.replayAfter(from, replay::apply);
    } catch (PositionNotInHistoryException e) {
      LOG.warn("{}: the image on this host is not in history, replaying all", virtualServer, e);
      image.clear();
      history.replay(replay::apply);
    }
    replay.commit();
    LOG.info("{}: replayed {} batches of the journal after {}", virtualServer, replay.count, from);
  }

  /**
   * What to do when an image stands at a position.
   *
   * @param reached called with the image committed up to there; not at all if history does not have
   *     the position behind the image's own
   */
  record Milestone(JournalPosition position, Runnable reached) {}

  /** How far the image holds history. */
  static JournalPosition applied(Image image) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return AppliedPosition.get(snapshot).orElse(JournalPosition.START);
    }
  }

  /** Gathers batches into transactions. */
  private static final class Replay {
    private final Image image;
    private final Optional<Milestone> milestone;
    private ImageTransaction transaction;
    private JournalPosition last;
    private long count;

    Replay(Image image, Optional<Milestone> milestone) {
      this.image = image;
      this.milestone = milestone;
    }

    void apply(JournalPosition position, java.nio.ByteBuffer payload) {
      if (transaction == null) {
        transaction = image.begin();
      }
      Effects.replay(payload, transaction);
      last = position;
      if (++count % REPLAY_BATCHES_MAX == 0) {
        commit();
      }
      if (milestone.isPresent() && milestone.get().position().equals(position)) {
        commit();
        milestone.get().reached().run();
      }
    }

    void commit() {
      if (transaction != null) {
        AppliedPosition.put(transaction, last);
        transaction.commit();
        transaction = null;
      }
    }
  }
}
