package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.check.CheckReport;
import io.leat.mds.check.FindingKind;
import io.leat.mds.check.ImageRepair;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Time;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.namespace.Keys;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.volume.VolumeHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a virtual server whose journal is a ring that went round. */
class OfflineVirtualServerTest {

  private static final int SEGMENTS = 4;
  private static final long IMAGE_BYTES = 16L << 20;
  private static final long NEVER = Long.MAX_VALUE / 2;
  private static final VolumeHeader VOLUME = new VolumeHeader(new UUID(1, 2), "vol", 64L << 20);

  @TempDir private Path directory;
  private VirtualServerStorage storage;
  private int boots;

  /** What a term does. */
  @FunctionalInterface
  private interface Change {
    void make(Image image, Journal journal) throws IOException;
  }

  @BeforeEach
  void makeVirtualServer() throws IOException {
    storage =
        new VirtualServerStorage(
            "vs1",
            AreaPaths.of(Files.createDirectories(directory.resolve("metadata"))),
            directory.resolve("image"),
            directory.resolve("volume"),
            "vol",
            false,
            IMAGE_BYTES);
    FileMetadataArea.create(
        storage.metadata().paths().get(0),
        new AreaIdentity(new UUID(3, 4), "vs1", 2, 16 * JournalFormat.BLOCK, SEGMENTS));
    Genesis genesis = new Genesis("user", "group", 1);
    term(
        storage.image(),
        true,
        (image, journal) -> Term.write(image, journal, ns -> genesis.write(ns, VOLUME)));
  }

  /** A term that makes one change, on the image in {@code images}. */
  private void term(Path images, boolean checkpoint, Change change) throws IOException {
    try (FileMetadataArea area = FileMetadataArea.open(storage.metadata().paths().get(0), "vs1");
        Image image = ImageStore.open(images, IMAGE_BYTES)) {
      CheckpointStore store = new CheckpointStore(area);
      ImageRecovery recovery = new ImageRecovery("vs1", image, store, 0);
      long epoch = new EpochBlocks(area).highest() + 1;
      Activated activated = JournalActivation.activate(area, 0, epoch, "mds1", recovery);
      recovery.finish(activated.history());
      try (var journal = activated.journal();
          Checkpointer checkpointer =
              Checkpointer.start(
                  new Checkpointer.Storage("vs1", area, 0, image, store, journal),
                  activated.history(),
                  NEVER,
                  () -> new Time(0, 0))) {
        change.make(image, journal);
        if (checkpoint) {
          checkpointer.finish();
        }
      }
    }
  }

  private void boot(Path images, boolean checkpoint) throws IOException {
    String id = "boot " + ++boots;
    term(
        images,
        checkpoint,
        (image, journal) -> Term.write(image, journal, ns -> ns.beginTerm(id, 20_000)));
  }

  private void goRound(Path images) throws IOException {
    for (int i = 0; i < 3 * SEGMENTS; i++) {
      boot(images, true);
    }
    try (FileMetadataArea area = FileMetadataArea.open(storage.metadata().paths().get(0), "vs1")) {
      assertNotEquals(JournalPosition.START, JournalHistory.read(area).start());
    }
  }

  private OfflineVirtualServer open() throws IOException {
    return OfflineVirtualServer.open(storage, Files.createTempDirectory(directory, "scratch"));
  }

  @Test
  void shouldRefuseALevelThatIsNotKnown() throws IOException {
    try (FileMetadataArea area = FileMetadataArea.open(storage.metadata().paths().get(0), "vs1")) {
      int newer = Levels.KNOWN.max() + 1;
      area.configure(VirtualServerDefinition.of(storage, newer, new UUID(1, 2)).encode());
    }
    IOException refused = assertThrows(IOException.class, this::open);
    assertTrue(refused.getMessage().contains("this software knows levels"), refused.getMessage());
  }

  private void expectClean(String note) throws IOException {
    try (OfflineVirtualServer server = open()) {
      CheckReport report = server.check();
      assertTrue(report.isClean(), report::toString);
      assertTrue(server.note().contains(note), server::note);
    }
  }

  @Test
  void shouldBeCleanWhenSegmentsWereUsedAgain() throws IOException {
    goRound(storage.image());
    expectClean("was compared at");
    boot(storage.image(), false);
    expectClean("was compared at");
  }

  @Test
  void shouldBeCleanWhenThereIsNoImage() throws IOException {
    goRound(directory.resolve("elsewhere"));
    LmdbImage.openEmpty(storage.image(), IMAGE_BYTES).close();
    Files.delete(directory.resolve("image.boot-id"));
    expectClean("there is no image of this boot");
  }

  @Test
  void shouldSayThatTheImageCannotBeComparedWhenTheCheckpointIsNewer() throws IOException {
    goRound(directory.resolve("elsewhere"));
    expectClean("was not compared");
  }

  @Test
  void shouldDropTheImageWhenItIsNotWhatCheckpointAndJournalSay() throws IOException {
    goRound(storage.image());
    try (Image image = LmdbImage.open(storage.image(), IMAGE_BYTES);
        ImageTransaction transaction = image.begin()) {
      transaction.put(Keys.xattr(1, "user.x"), new byte[0]);
      transaction.commit();
    }
    repair(FindingKind.IMAGE_DIFFERS_FROM_JOURNAL);
    expectClean("was not compared");
    boot(storage.image(), true);
    expectClean("was compared at");
  }

  @Test
  void shouldRepairWhatStandsInTheCheckpoint() throws IOException {
    goRound(storage.image());
    term(
        storage.image(),
        true,
        (image, journal) ->
            Term.writeRecords(
                image, journal, transaction -> transaction.delete(Keys.freeAt(0, 1))));
    repair(FindingKind.FREE_TABLES_DISAGREE);
    expectClean("was compared at");
    boot(storage.image(), true);
    expectClean("was compared at");
  }

  private void repair(FindingKind kind) throws IOException {
    try (OfflineVirtualServer server = open()) {
      CheckReport report = server.check();
      assertTrue(report.counts().containsKey(kind), report::toString);
      ImageRepair.Outcome outcome = server.repair("mds1");
      assertTrue(outcome.after().isClean(), outcome::toString);
    }
  }
}
