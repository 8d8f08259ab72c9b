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
    JournalPosition from = applied(image);
    Replay replay = new Replay(image);
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

  private static JournalPosition applied(Image image) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return AppliedPosition.get(snapshot).orElse(JournalPosition.START);
    }
  }

  /** Gathers batches into transactions. */
  private static final class Replay {
    private final Image image;
    private ImageTransaction transaction;
    private JournalPosition last;
    private long count;

    Replay(Image image) {
      this.image = image;
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
