package io.leat.mds.server;

import io.leat.mds.check.CheckReport;
import io.leat.mds.check.Finding;
import io.leat.mds.check.FindingKind;
import io.leat.mds.check.ImageChecker;
import io.leat.mds.check.ImageRepair;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageReader;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.LaneInUseException;
import io.leat.mds.journal.Lanes;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A virtual server that nobody serves, as its checkpoints and its journal tell it: an image of its
 * own, made as a start makes it, in a directory that is thrown away. Reading changes nothing of
 * what is stored; a repair is a term of ownership with an epoch of its own, so its batches are
 * history like all others. For one thread.
 */
public final class OfflineVirtualServer implements Closeable {

  /** For a replay, which writes nothing to any lane. */
  private static final int NO_LANE = -1;

  private final VirtualServerStorage storage;
  private final MetadataArea area;
  private final Image replayed;
  private final JournalHistory history;
  private Optional<Finding> imageDiffers = Optional.empty();
  private String note = "there is no image of this boot to compare with";

  private OfflineVirtualServer(
      VirtualServerStorage storage, MetadataArea area, JournalHistory history, Image replayed) {
    this.storage = storage;
    this.area = area;
    this.history = history;
    this.replayed = replayed;
  }

  /**
   * Replays the virtual server's history and compares it with the image that its last server left.
   *
   * @param scratch an empty directory with room for the image; the caller removes it
   * @throws IOException when there is no metadata area, a metadata server has it open, it is at a
   *     level that this software does not know, it cannot be read or its journal is damaged
   */
  public static OfflineVirtualServer open(VirtualServerStorage storage, Path scratch)
      throws IOException {
    if (!storage.metadata().exist()) {
      throw new IOException(
          "virtual server %s has no metadata in %s: it was never started, or the disk is missing"
              .formatted(storage.name(), storage.metadata()));
    }
    MetadataArea area = storage.metadata().open(storage.name());
    Image image = null;
    try {
      int unused = Levels.requireKnown(area);
      requireOneHost(area);
      acquireLanes(area);
      JournalHistory history = JournalHistory.read(area);
      image = LmdbImage.openEmpty(scratch, storage.imageBytes());
      OfflineVirtualServer opened = new OfflineVirtualServer(storage, area, history, image);
      opened.replay();
      return opened;
    } catch (DamagedJournalException e) {
      closeAfter(e, image, area);
      throw explained(storage, e);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, image, area);
      throw e;
    }
  }

  /** On a device that hosts share no lock says whether another host serves it. */
  private static void requireOneHost(MetadataArea area) throws IOException {
    if (area.isShared()) {
      throw new IOException(
          "virtual server %s has its metadata on a device that hosts share, so it cannot be checked offline; check it while it is served, without --offline"
              .formatted(area.identity().virtualServer()));
    }
  }

  /** Somebody who serves would change the journal while it is read, and be deposed by a repair. */
  private static void acquireLanes(MetadataArea area) throws IOException {
    for (int lane = 0; lane < area.identity().lanes(); lane++) {
      try {
        area.acquireLane(lane);
      } catch (LaneInUseException e) {
        throw new IOException(
            "virtual server %s is in use, so it cannot be checked offline; stop all of its metadata servers: %s"
                .formatted(area.identity().virtualServer(), e.getMessage()),
            e);
      }
    }
  }

  private static IOException explained(
      VirtualServerStorage storage, DamagedJournalException damaged) {
    return new IOException(
        ("the journal of virtual server %s is damaged: %s; nothing was changed: keep a copy of %s and"
                + " restore it from a backup")
            .formatted(storage.name(), damaged.getMessage(), storage.metadata()),
        damaged);
  }

  private static void closeAfter(Exception failure, Closeable first, Closeable second) {
    try (second;
        first) {
      return;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  // ---- image against journal ------------------------------------------------------------------

  private void replay() throws IOException {
    Optional<Image> warm = ImageStore.openWarm(storage.image(), storage.imageBytes());
    if (warm.isEmpty()) {
      recover(Optional.empty());
      return;
    }
    try (Image image = warm.get()) {
      JournalPosition at = ImageRecovery.position(image);
      String hash = hash(image);
      note = "the image on this host stands outside of history and will be made again";
      JournalPosition base = recover(Optional.of(new Milestone(at, () -> compare(hash, at))));
      if (at.batch() < base.batch()) {
        note =
            "the image on this host was not compared: it stands at %s, before the checkpoint at %s"
                .formatted(at, base);
      }
    }
  }

  /** Brings the image of this check to the end of history; where it had to begin. */
  private JournalPosition recover(Optional<Milestone> milestone) throws IOException {
    ImageRecovery recovery =
        new ImageRecovery(storage.name(), replayed, new CheckpointStore(area), NO_LANE, milestone);
    recovery.recover(history);
    recovery.finish(history);
    return recovery.base();
  }

  private void compare(String hash, JournalPosition at) {
    note = "the image on this host was compared at " + at;
    String right = hash(replayed);
    if (!hash.equals(right)) {
      imageDiffers =
          Optional.of(
              Finding.of(
                  FindingKind.IMAGE_DIFFERS_FROM_JOURNAL,
                  storage.image().toString(),
                  "at %s its hash is %s, and that of checkpoint and journal is %s"
                      .formatted(at, hash, right)));
    }
  }

  private static String hash(Image image) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return ImageHash.of(snapshot);
    }
  }

  // ---- check and repair -----------------------------------------------------------------------

  /** Where history ends; empty before the first batch. */
  public Optional<JournalPosition> end() {
    return history.end();
  }

  /** How the comparison of the image with the journal went, one sentence. */
  public String note() {
    return note;
  }

  /** Checks what the journal says, and what was left of the image on this host. */
  public CheckReport check() {
    CheckReport report = read(ImageChecker::check);
    return imageDiffers.map(report::with).orElse(report);
  }

  /**
   * Repairs what may be repaired, as batches of the journal under a new epoch.
   *
   * @param owner the metadata server in whose lane and name it is done
   * @throws IOException when another process owns the virtual server, or storage fails; what was
   *     done by then is durable
   */
  public ImageRepair.Outcome repair(String owner) throws IOException {
    List<String> first = new ArrayList<>();
    if (imageDiffers.isPresent()) {
      dropImage();
      first.add("dropped the image in " + storage.image());
    }
    CheckReport report = read(ImageChecker::check);
    if (report.isClean()) {
      return new ImageRepair.Outcome(first, report);
    }
    int lane = Lanes.of(area, owner);
    long epoch = new EpochBlocks(area).highest() + 1;
    ImageRecovery recovery =
        new ImageRecovery(storage.name(), replayed, new CheckpointStore(area), lane);
    Activated activated =
        new JournalActivation(area, lane, epoch, owner, recovery).run(Optional.empty());
    try (Journal journal = activated.journal()) {
      recovery.finish(activated.history());
      Term.adoptEarly(area, replayed, activated.journal());
      return ImageRepair.run(new Journaled(journal)).after(first);
    }
  }

  /** Drops the image on this host; the next start makes it from checkpoint and journal. */
  private void dropImage() throws IOException {
    LmdbImage.openEmpty(storage.image(), storage.imageBytes()).close();
    imageDiffers = Optional.empty();
  }

  private <T> T read(Function<ImageReader, T> use) {
    try (ImageSnapshot snapshot = replayed.snapshot()) {
      return use.apply(snapshot);
    }
  }

  /** The replayed image, changed by way of the journal. */
  private final class Journaled implements ImageRepair.Target {
    private final Journal journal;

    Journaled(Journal journal) {
      this.journal = journal;
    }

    @Override
    public <T> T read(Function<ImageReader, T> use) {
      return OfflineVirtualServer.this.read(use);
    }

    @Override
    public void write(Consumer<ImageTransaction> change) throws IOException {
      Term.writeRecords(replayed, journal, change);
    }
  }

  @Override
  public void close() throws IOException {
    try (area) {
      replayed.close();
    }
  }
}
