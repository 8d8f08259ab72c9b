package io.leat.mds.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A small metadata area that is the same whenever it is made: two terms on two lanes, several
 * segments, two checkpoints. {@link #main} writes the golden files of this format version.
 */
public final class GoldenArea {

  /** Where the golden area of this format version stands, as a resource. */
  static final String RESOURCE = "/golden/metadata-area-v" + JournalFormat.VERSION;

  static final String VIRTUAL_SERVER = "golden";
  static final int BATCHES = 14;
  private static final AreaIdentity IDENTITY =
      new AreaIdentity(new UUID(0x1EA7, 0x90), VIRTUAL_SERVER, 2, 4 * JournalFormat.BLOCK, 4);

  private GoldenArea() {}

  /** Writes the area into an empty directory; the image that it leads to. */
  static Image write(Path directory) throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    Image image = new MemoryImage();
    try (MetadataArea area = FileMetadataArea.open(directory, VIRTUAL_SERVER)) {
      CheckpointStore store = new CheckpointStore(area);
      try (Journal journal = JournalActivation.activate(area, 0, 1, "mds0").journal()) {
        append(journal, image, 1, 3);
        checkpoint(store, image);
        append(journal, image, 4, 9);
        checkpoint(store, image);
        journal.recycleBelow(store.previousPosition());
        append(journal, image, 10, 12);
      }
      try (Journal journal =
          JournalActivation.activate(area, 1, 2, "mds1", new TrustingKeeper()).journal()) {
        append(journal, image, 13, BATCHES);
      }
    }
    return image;
  }

  private static void append(Journal journal, Image image, int first, int last) throws IOException {
    for (int batch = first; batch <= last; batch++) {
      Effects effects = effects(batch);
      JournalPosition position = journal.append(effects.view());
      try (ImageTransaction transaction = image.begin()) {
        Effects.replay(effects.view(), transaction);
        AppliedPosition.put(transaction, position);
        transaction.commit();
      }
    }
  }

  /** What a batch does. */
  static Effects effects(int batch) {
    Effects effects = new Effects();
    effects.put(("key " + batch).getBytes(UTF_8), ("value " + batch).repeat(batch).getBytes(UTF_8));
    effects.delete(("key " + batch / 2).getBytes(UTF_8));
    return effects;
  }

  private static void checkpoint(CheckpointStore store, Image image) throws IOException {
    try (ImageSnapshot snapshot = image.snapshot()) {
      store.write(0, snapshot, 0, WriteProgress.NONE);
    }
  }

  /** Takes it for granted that the state is known. */
  private static final class TrustingKeeper implements io.leat.mds.journal.CheckpointKeeper {
    @Override
    public void recover(io.leat.mds.journal.JournalHistory history) {}

    @Override
    public void makeRoom() {}

    @Override
    public JournalPosition previousCheckpoint() {
      return JournalPosition.START;
    }
  }

  /** Writes the golden files into the directory named by the argument. */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0] + RESOURCE);
    Files.createDirectories(directory);
    write(directory);
    try (var locks = Files.newDirectoryStream(directory, "*-lock")) {
      for (Path lock : locks) {
        Files.delete(lock);
      }
    }
  }
}
