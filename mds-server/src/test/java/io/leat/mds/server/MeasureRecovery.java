package io.leat.mds.server;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.checkpoint.WriteProgress;
import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.image.RecordingTransaction;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.Extent;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Measures checkpoints and restarts with many files and prints a table. Not part of the build's
 * tests: run by {@code dev/measure-recovery}.
 */
final class MeasureRecovery {

  private static final PrintStream OUT = System.out;
  private static final int BATCH_CREATES = 200;
  private static final int DIRECTORY_FILES = 1000;
  private static final long IMAGE_BYTES = 64L << 30;

  private Path directory;
  private int files;
  private MetadataArea area;
  private CheckpointStore store;
  private Image image;

  @Test
  void measure() throws IOException {
    files = Integer.getInteger("leat.measure.files", 10 * DIRECTORY_FILES);
    Path parent = Path.of(System.getProperty("leat.measure.directory", "/tmp"));
    directory = Files.createTempDirectory(parent, "measure-recovery-");
    FileMetadataArea.create(directory, AreaIdentity.of(UUID.randomUUID(), "measured", 1));
    area = FileMetadataArea.open(directory, "measured");
    store = new CheckpointStore(area);
    openEmptyImage();
    run();
  }

  private void openEmptyImage() throws IOException {
    if (image != null) {
      image.close();
    }
    image = LmdbImage.openEmpty(directory.resolve("image"), IMAGE_BYTES);
  }

  private void run() throws IOException {
    OUT.printf("%,d files, %d creates in a batch%n", files, BATCH_CREATES);
    try (Journal journal = activate()) {
      Effects effects = new Effects();
      long started = System.nanoTime();
      long effectBytes = format(journal, effects);
      for (int made = 0; made < files; made += BATCH_CREATES) {
        effectBytes += batch(journal, effects, made);
        keepRoom(journal);
      }
      print("creates, one writer, journal durable", started, files, "creates");
      OUT.printf("%-42s %,12.1f bytes (effects)%n", "journal per create", perFile(effectBytes));
      OUT.printf("%-42s %,12.1f bytes (written)%n", "journal per create", perFile(journal.bytes()));
    }
    StoredCheckpoint newest = checkpoint();
    OUT.printf("%-42s %,12d bytes%n", "image used", image.usedBytes());
    OUT.printf("%-42s %,12d bytes%n", "checkpoint", newest.header().bytes());
    OUT.printf("%-42s %,12.1f bytes%n", "checkpoint per file", perFile(newest.header().bytes()));
    String expected = hash();
    restart("restart with a warm image");
    openEmptyImage();
    restart("restart from checkpoint (load, hash)");
    OUT.println("image hash the same: " + expected.equals(hash()));
    image.close();
    area.close();
  }

  private double perFile(long bytes) {
    return (double) bytes / files;
  }

  private Journal activate() throws IOException {
    ImageRecovery recovery = new ImageRecovery("measured", image, store, 0);
    long epoch = new EpochBlocks(area).highest() + 1;
    Activated activated = JournalActivation.activate(area, 0, epoch, "mds", recovery);
    recovery.finish(activated.history());
    return activated.journal();
  }

  private void restart(String what) throws IOException {
    long started = System.nanoTime();
    activate().close();
    print(what, started, 0, "");
  }

  private StoredCheckpoint checkpoint() throws IOException {
    long started = System.nanoTime();
    try (ImageSnapshot snapshot = image.snapshot()) {
      area.acquireLane(0);
      StoredCheckpoint made = store.write(0, snapshot, image.usedBytes(), WriteProgress.NONE);
      area.releaseLane(0);
      print("checkpoint, written and verified", started, made.header().entries(), "entries");
      return made;
    }
  }

  private void keepRoom(Journal journal) throws IOException {
    while (!journal.prepareNextSegment()) {
      try (ImageSnapshot snapshot = image.snapshot()) {
        store.write(0, snapshot, image.usedBytes(), WriteProgress.NONE);
      }
      journal.recycleBelow(store.previousPosition());
    }
  }

  private int format(Journal journal, Effects effects) throws IOException {
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter namespace = writer(transaction, effects);
      namespace.format(inode(0, true));
      return commit(journal, effects, transaction, namespace);
    }
  }

  private int batch(Journal journal, Effects effects, int first) throws IOException {
    try (ImageTransaction transaction = image.begin()) {
      NamespaceWriter namespace = writer(transaction, effects);
      for (int file = first; file < first + BATCH_CREATES; file++) {
        create(namespace, file);
      }
      return commit(journal, effects, transaction, namespace);
    }
  }

  private static NamespaceWriter writer(ImageTransaction transaction, Effects effects) {
    effects.clear();
    return new NamespaceWriter(new RecordingTransaction(transaction, effects));
  }

  private static void create(NamespaceWriter namespace, int file) {
    String parentName = "directory-%06d".formatted(file / DIRECTORY_FILES);
    if (file % DIRECTORY_FILES == 0) {
      namespace.add(namespace.root(), parentName, inode(namespace.newFileId(), true));
    }
    Node parent = namespace.child(namespace.root().id(), parentName).orElseThrow();
    long id = namespace.newFileId();
    namespace.add(parent, "part-%08d.parquet".formatted(file), inode(id, false));
    namespace.append(id, Extent.written(0, 0, file, 4096));
  }

  private static InodeRecord inode(long id, boolean directory) {
    return InodeRecord.newBuilder()
        .setFileId(id)
        .setDirectory(directory)
        .setMode(directory ? 0755 : 0644)
        .setOwner("hadoop")
        .setGroup("supergroup")
        .setModifiedMillis(1_700_000_000_000L + id)
        .setAccessedMillis(1_700_000_000_000L + id)
        .setVersion(1)
        .build();
  }

  private static int commit(
      Journal journal, Effects effects, ImageTransaction transaction, NamespaceWriter namespace)
      throws IOException {
    namespace.finish();
    AppliedPosition.put(transaction, journal.append(effects.view()));
    transaction.commit();
    return effects.byteSize();
  }

  private String hash() {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return ImageHash.of(snapshot);
    }
  }

  private static void print(String what, long startedNanos, long count, String unit) {
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    OUT.printf("%-42s %,12.3f s", what, seconds);
    OUT.println(count == 0 ? "" : "  (%,.0f %s/s)".formatted(count / seconds, unit));
  }
}
