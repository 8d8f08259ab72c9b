package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EarlyLogTest {

  private static final JournalPosition HERE = new JournalPosition(3, 17, new ChainHash(1, 2));
  private static final JournalPosition NEXT = new JournalPosition(3, 18, new ChainHash(3, 4));

  private final MetadataArea area = new TestStorage(16, 4, 1).process();

  private Optional<String> read(MetadataArea from, JournalPosition end) throws IOException {
    return EarlyLog.read(from, end).map(effects -> UTF_8.decode(effects).toString());
  }

  private static void append(EarlyLog log, JournalPosition position, String effects)
      throws IOException {
    log.append(position, UTF_8.encode(effects));
  }

  @Test
  void shouldGiveBackWhatFollowsTheEndOfHistory() throws IOException {
    assertEquals(Optional.empty(), read(area, HERE));
    try (EarlyLog log = EarlyLog.open(area, 0, 5)) {
      append(log, HERE, "one ");
      append(log, HERE, "two ");
      append(log, HERE, "three");
    }

    assertEquals(Optional.of("one two three"), read(area, HERE));
    assertEquals(Optional.empty(), read(area, NEXT));
  }

  @Test
  void shouldBeginAnewWhenTheJournalHasGoneOn() throws IOException {
    try (EarlyLog log = EarlyLog.open(area, 0, 5)) {
      append(log, HERE, "one ");
      append(log, HERE, "two ");
      append(log, NEXT, "new ");
    }

    assertEquals(Optional.of("new "), read(area, NEXT));
    assertEquals(Optional.empty(), read(area, HERE));
  }

  @Test
  void shouldEndBeforeARecordThatIsNotIntact() throws IOException {
    try (EarlyLog log = EarlyLog.open(area, 0, 5)) {
      append(log, HERE, "one ");
      append(log, HERE, "two ");
      append(log, HERE, "three");
    }
    damage(EarlyLog.HEADER_BYTES + 4 + EarlyLog.HEADER_BYTES + 1);

    assertEquals(Optional.of("one "), read(area, HERE));
    damage(30);
    assertEquals(Optional.empty(), read(area, HERE));
  }

  private void damage(long at) throws IOException {
    try (Device device = area.openEarlyToWrite(0)) {
      ByteBuffer one = ByteBuffer.allocateDirect(1);
      device.read(at, one);
      one.put(0, (byte) (one.get(0) ^ 1));
      device.write(at, one.flip());
    }
  }

  @Test
  void shouldTakeTheNewestOwnersRecords() throws IOException {
    try (EarlyLog newer = EarlyLog.open(area, 1, 6);
        EarlyLog older = EarlyLog.open(area, 0, 5)) {
      append(newer, HERE, "newer");
      append(older, HERE, "a paused owner, which answers nothing any more");
    }

    assertEquals(Optional.of("newer"), read(area, HERE));
  }

  @Test
  void shouldRefuseWhatHasNoRoom() throws IOException {
    int half = EarlyLog.BYTES / 2;
    try (EarlyLog log = EarlyLog.open(area, 0, 5)) {
      log.append(HERE, ByteBuffer.allocate(half));
      assertFalse(log.hasRoom(HERE, half));
      assertThrows(IOException.class, () -> log.append(HERE, ByteBuffer.allocate(half)));
      assertTrue(log.hasRoom(NEXT, half));
      log.append(NEXT, ByteBuffer.allocate(EarlyLog.BYTES - EarlyLog.HEADER_BYTES));
    }

    assertEquals(
        EarlyLog.BYTES - EarlyLog.HEADER_BYTES,
        EarlyLog.read(area, NEXT).orElseThrow().remaining());
  }

  @Test
  void shouldStandInAFileOfTheLane(@TempDir Path directory) throws IOException {
    AreaIdentity identity = AreaIdentity.of(UUID.randomUUID(), "vs1", 2);
    FileMetadataArea.create(directory, identity);
    try (FileMetadataArea files = FileMetadataArea.open(directory, "vs1");
        EarlyLog log = EarlyLog.open(files, 1, 5)) {
      append(log, HERE, "survives its process");
    }

    try (FileMetadataArea files = FileMetadataArea.open(directory, "vs1")) {
      assertEquals(Optional.of("survives its process"), read(files, HERE));
      assertTrue(directory.resolve("lane-01-early").toFile().exists());
    }
  }

  @Test
  void shouldNotTakeAnotherAreasRecords(@TempDir Path directory) throws IOException {
    shouldStandInAFileOfTheLane(directory);
    Path other = directory.resolve("other");
    assertTrue(other.toFile().mkdir());
    FileMetadataArea.create(other, AreaIdentity.of(UUID.randomUUID(), "vs1", 2));
    java.nio.file.Files.copy(directory.resolve("lane-01-early"), other.resolve("lane-01-early"));

    try (FileMetadataArea files = FileMetadataArea.open(other, "vs1")) {
      assertEquals(Optional.empty(), read(files, HERE));
    }
  }
}
