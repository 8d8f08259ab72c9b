package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.LeatClient;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalHistory;
import io.leat.mds.journal.MetadataArea;
import io.leat.wire.CapturedLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A virtual server starts on a journal or a checkpoint that is damaged. The crash is played: the
 * metadata area is copied while the server stands idle, and put back after the server has stopped.
 */
class JournalDamageFaultIT {

  private static final int BLOCK = JournalFormat.BLOCK;
  private static final int FILES = 20;
  private static final String SEGMENT = "lane-00-segment-0000";

  @TempDir Path directory;

  private final CapturedLog log = new CapturedLog("io.leat.mds");
  private final Set<String> acknowledged = new TreeSet<>();
  private FaultCell cell;

  @BeforeEach
  void make() throws IOException {
    cell = new FaultCell(directory);
  }

  @AfterEach
  void stop() throws IOException {
    cell.close();
    log.close();
  }

  /** How the end of the last batch, one block long, is damaged. */
  private enum Tail {
    /** It never reached the device. */
    CUT_SHORT,
    /** It holds something else. */
    CORRUPTED
  }

  @ParameterizedTest
  @CsvSource({
    "CUT_SHORT, false",
    "CUT_SHORT, true",
    "CORRUPTED, false",
    "CORRUPTED, true",
  })
  void shouldGoBackToTheLastValidBatchAndNameTheNextWhenTheTailIsDamaged(
      Tail tail, boolean imageRemoved) throws IOException {
    crashAfterFiles("/tmp/last");
    long last = lastBatch();
    damageLastBlock(tail);
    if (imageRemoved) {
      cell.removeImage();
    }

    cell.start();

    List<String> warnings = log.lines(Level.WARN, "was cut short by a crash");
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(warnings.get(0).contains("batch " + last + " of epoch 1"), warnings.get(0));
    assertTrue(warnings.get(0).contains(SEGMENT), warnings.get(0));
    try (LeatClient client = cell.client()) {
      TestFiles files = new TestFiles(client);
      files.requireExactly(acknowledged);
      assertThrows(IOException.class, () -> files.namespace().status("/tmp/last"));
      files.write("after");
      acknowledged.add("after");
      files.requireExactly(acknowledged);
    }
  }

  @Test
  void shouldRefuseClearlyAndChangeNoSegmentWhenTheMiddleIsDamaged() throws IOException {
    crashAfterFiles("/tmp/last");
    cell.removeImage();
    Path segment = cell.metadata().resolve(SEGMENT);
    flipBit(segment, 5L * BLOCK + 100);
    byte[] before = Files.readAllBytes(segment);

    IOException e = assertThrows(IOException.class, cell::start);

    assertTrue(e.getMessage().contains("Virtual server demo cannot start"), e.getMessage());
    assertTrue(e.getMessage().contains("the middle of the journal was damaged"), e.getMessage());
    assertTrue(e.getMessage().contains("at byte " + 5L * BLOCK), e.getMessage());
    assertTrue(e.getMessage().contains(SEGMENT), e.getMessage());
    assertTrue(e.getMessage().contains("Restore the file"), e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(segment));
    flipBit(segment, 5L * BLOCK + 100);
    requireEverything();
  }

  @Test
  void shouldRefuseClearlyWhenASegmentIsShorterThanItWasMade() throws IOException {
    crashAfterFiles("/tmp/last");
    cell.removeImage();
    truncate(cell.metadata().resolve(SEGMENT), 64 << 10);

    IOException e = assertThrows(IOException.class, cell::start);

    assertTrue(e.getMessage().contains(SEGMENT + " has 65536 bytes instead of"), e.getMessage());
  }

  /** Offset of the damage: in the header, in the first chunk. */
  @ParameterizedTest
  @ValueSource(longs = {40, BLOCK + 200})
  void shouldUseThePreviousCheckpointWhenTheNewestIsDamaged(long at) throws IOException {
    writeUntilTwoCheckpoints();
    List<StoredCheckpoint> both = checkpoints();
    Path newest = cell.metadata().resolve(both.get(0).slot().toString());
    String previous = both.get(1).toString();
    flipBit(newest, at);
    cell.removeImage();

    cell.start();

    List<String> warnings = log.lines(Level.WARN, newest.getFileName().toString());
    assertTrue(
        warnings.stream().anyMatch(line -> line.contains("cannot be used")), warnings.toString());
    assertEquals(
        1, log.lines(Level.INFO, "on " + previous).size(), "replayed on the previous checkpoint");
    try (LeatClient client = cell.client()) {
      new TestFiles(client).requireExactly(acknowledged);
    }
  }

  private void writeUntilTwoCheckpoints() throws IOException {
    cell.start(4L * BLOCK, UnaryOperator.identity());
    try (LeatClient client = cell.client()) {
      TestFiles files = new TestFiles(client);
      while (log.lines(Level.INFO, "entries and").size() < 2) {
        write(files, "file-" + acknowledged.size());
      }
    }
    cell.stop();
  }

  private List<StoredCheckpoint> checkpoints() throws IOException {
    try (MetadataArea area = FileMetadataArea.open(cell.metadata(), FaultCell.NAME)) {
      return new CheckpointStore(area).list();
    }
  }

  /** The last batch makes a directory. */
  private void crashAfterFiles(String lastDirectory) throws IOException {
    cell.start();
    Path crashed;
    try (LeatClient client = cell.client()) {
      TestFiles files = new TestFiles(client);
      for (int i = 0; i < FILES; i++) {
        write(files, "file-" + i);
      }
      files.namespace().makeDirectories(lastDirectory, 0755, false);
      crashed = cell.copyMetadata();
    }
    cell.stop();
    cell.restoreMetadata(crashed);
  }

  private void write(TestFiles files, String name) throws IOException {
    files.write(name);
    acknowledged.add(name);
  }

  private void requireEverything() throws IOException {
    cell.start();
    try (LeatClient client = cell.client()) {
      TestFiles files = new TestFiles(client);
      files.requireExactly(acknowledged);
      assertTrue(files.namespace().status("/tmp/last").directory());
    }
  }

  private long lastBatch() throws IOException {
    try (MetadataArea area = FileMetadataArea.open(cell.metadata(), FaultCell.NAME)) {
      return JournalHistory.read(area).end().orElseThrow().batch();
    }
  }

  private void damageLastBlock(Tail tail) throws IOException {
    Path segment = cell.metadata().resolve(SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    int at = bytes.length - 1;
    while (bytes[at] == 0) {
      at--;
    }
    switch (tail) {
      case CORRUPTED -> flipBit(segment, at);
      case CUT_SHORT -> zeros(segment, at - 20L, 21);
    }
  }

  private static void flipBit(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int was = open.read();
      open.seek(at);
      open.write(was ^ 1);
    }
  }

  private static void zeros(Path file, long at, int length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      open.write(new byte[length]);
    }
  }

  private static void truncate(Path file, long length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(length);
    }
  }
}
