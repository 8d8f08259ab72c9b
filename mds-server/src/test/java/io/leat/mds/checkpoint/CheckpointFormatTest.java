package io.leat.mds.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFormatTest {

  @TempDir Path directory;

  @Test
  void shouldReadGoldenCheckpoints() throws IOException {
    try (MetadataArea area =
        FileMetadataArea.open(GoldenFiles.copyTo(directory), GoldenArea.VIRTUAL_SERVER)) {
      CheckpointStore store = new CheckpointStore(area);
      List<StoredCheckpoint> checkpoints = store.list();
      assertEquals(List.of(9L, 3L), checkpoints.stream().map(c -> c.position().batch()).toList());
      for (StoredCheckpoint checkpoint : checkpoints) {
        Image loaded = new MemoryImage();
        store.load(checkpoint, loaded);
        assertEquals(hash(expected(checkpoint)), hash(loaded));
      }
    }
  }

  private static Image expected(StoredCheckpoint checkpoint) {
    Image image = new MemoryImage();
    try (ImageTransaction transaction = image.begin()) {
      for (int batch = 1; batch <= checkpoint.position().batch(); batch++) {
        Effects.replay(GoldenArea.effects(batch).view(), transaction);
      }
      AppliedPosition.put(transaction, checkpoint.position());
      transaction.commit();
    }
    return image;
  }

  private static String hash(Image image) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return ImageHash.of(snapshot);
    }
  }

  @Test
  void shouldStillWriteGoldenCheckpoints() throws IOException {
    GoldenArea.write(directory);
    GoldenFiles.assertSame(directory, name -> name.contains("checkpoint"));
  }
}
