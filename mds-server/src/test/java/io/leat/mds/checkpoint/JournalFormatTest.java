package io.leat.mds.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFormatTest {

  @TempDir Path directory;

  @Test
  void shouldReadGoldenJournal() throws IOException {
    try (MetadataArea area =
        FileMetadataArea.open(GoldenFiles.copyTo(directory), GoldenArea.VIRTUAL_SERVER)) {
      JournalHistory history = JournalHistory.read(area);
      CheckpointStore store = new CheckpointStore(area);
      List<ByteBuffer> payloads = new ArrayList<>();
      history.replayAfter(
          store.previousPosition(),
          (position, payload) ->
              payloads.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip()));
      List<ByteBuffer> expected = new ArrayList<>();
      for (int batch = 4; batch <= GoldenArea.BATCHES; batch++) {
        expected.add(GoldenArea.effects(batch).copy());
      }
      assertEquals(expected, payloads);
      assertEquals(2, history.end().orElseThrow().epoch());
    }
  }

  @Test
  void shouldStillWriteGoldenJournal() throws IOException {
    GoldenArea.write(directory);
    // The golden area is from before there were mailboxes, and nothing in them is kept.
    GoldenFiles.assertSame(
        directory, name -> !name.contains("checkpoint") && !name.equals("mailboxes"));
  }
}
