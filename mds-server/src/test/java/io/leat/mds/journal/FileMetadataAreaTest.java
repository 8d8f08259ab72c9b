package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.activate;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMetadataAreaTest {

  private static final AreaIdentity IDENTITY =
      new AreaIdentity(new UUID(1, 2), "vs1", 2, 16 * JournalFormat.BLOCK, 8);

  @TempDir Path directory;

  @Test
  void shouldReplayAfterRestartsOnRealFiles() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    List<Replayed> expected = new ArrayList<>();
    for (int term = 0; term < 4; term++) {
      try (MetadataArea area = FileMetadataArea.open(directory, "vs1")) {
        assertEquals(IDENTITY, area.identity());
        JournalActivation.Activated activated = activate(area, term % 2);
        assertEquals(expected, replay(activated.history()));
        for (int i = 0; i < 5; i++) {
          expected.add(append(activated.journal(), textOf(term + "." + i, 4)));
          assertTrue(activated.journal().newest());
        }
        activated.journal().close();
        assertEquals(expected, replay(area));
      }
    }
    assertOwnerOnly();
  }

  private void assertOwnerOnly() throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertEquals("rw-------", mode, file.toString());
      }
    }
  }

  @Test
  void shouldRefuseAreaOfAnotherVirtualServer() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    ForeignAreaException e =
        assertThrows(ForeignAreaException.class, () -> FileMetadataArea.open(directory, "vs2"));
    assertTrue(e.getMessage().contains("'vs1'"), e.getMessage());
  }

  @Test
  void shouldRefuseWhatIsNoArea() throws IOException {
    assertThrows(ForeignAreaException.class, () -> FileMetadataArea.open(directory, "vs1"));
    for (String text :
        List.of("", "hello", "leat-metadata-area=1\nuuid=x", "leat-metadata-area=2")) {
      Files.writeString(directory.resolve("identity"), text);
      assertThrows(ForeignAreaException.class, () -> FileMetadataArea.open(directory, "vs1"));
    }
  }

  @Test
  void shouldNotReadSegmentsOfAnotherArea() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    try (MetadataArea area = FileMetadataArea.open(directory, "vs1");
        Journal journal = activate(area, 0).journal()) {
      append(journal, "x");
    }
    Path other = Files.createDirectory(directory.resolve("other"));
    FileMetadataArea.create(
        other, new AreaIdentity(new UUID(3, 4), "vs1", 2, IDENTITY.segmentBytes(), 8));
    String segment = new SegmentSlot(0, 0).toString();
    Files.copy(directory.resolve(segment), other.resolve(segment));
    try (MetadataArea area = FileMetadataArea.open(other, "vs1")) {
      assertEquals(List.of(), replay(area));
    }
  }

  @Test
  void shouldNotMakeAnAreaTwice() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    assertThrows(
        FileAlreadyExistsException.class, () -> FileMetadataArea.create(directory, IDENTITY));
    Files.delete(directory.resolve("identity"));
    FileMetadataArea.create(directory, IDENTITY);
    FileMetadataArea.open(directory, "vs1").close();
  }

  @Test
  void shouldRemoveUnfinishedSegmentsAndKeepOneWriterPerLane() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    Path unfinished = Files.createFile(directory.resolve("lane-01-segment-0003.new"));
    try (MetadataArea area = FileMetadataArea.open(directory, "vs1");
        MetadataArea second = FileMetadataArea.open(directory, "vs1")) {
      area.acquireLane(1);
      assertFalse(Files.exists(unfinished));
      assertThrows(LaneInUseException.class, () -> area.acquireLane(1));
      assertThrows(LaneInUseException.class, () -> second.acquireLane(1));
      assertFalse(second.isLaneFree(1));
      area.releaseLane(1);
      assertTrue(second.isLaneFree(1));
      second.acquireLane(1);
      assertFalse(second.isLaneFree(0), "nobody has ever had it, which proves nothing");
    }
  }

  @Test
  void shouldMakeAnAreaOnceAndGoOnWhereAnAttemptWasCutShort() throws IOException {
    Path made = directory.resolve("a/b");
    FileMetadataArea.openOrCreate(made, IDENTITY).close();
    AreaIdentity other = AreaIdentity.of(new UUID(9, 9), "vs1", 4);
    try (MetadataArea again = FileMetadataArea.openOrCreate(made, other)) {
      assertEquals(IDENTITY, again.identity());
    }
    Files.delete(made.resolve("identity"));
    try (MetadataArea again = FileMetadataArea.openOrCreate(made, other)) {
      assertEquals(other, again.identity());
    }
    Files.delete(made.resolve("identity"));
    Files.createFile(made.resolve("foreign"));
    assertThrows(ForeignAreaException.class, () -> FileMetadataArea.openOrCreate(made, IDENTITY));
  }

  @Test
  void shouldRefuseSegmentOfWrongSize() throws IOException {
    FileMetadataArea.create(directory, IDENTITY);
    Files.write(directory.resolve(new SegmentSlot(0, 0).toString()), new byte[4096]);
    try (MetadataArea area = FileMetadataArea.open(directory, "vs1")) {
      assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
    }
  }

  @Test
  void shouldGiveLanesUpWhenItsDirectoryHasBeenMovedAway() throws IOException {
    Path here = directory.resolve("here");
    AreaIdentity identity = new AreaIdentity(new UUID(1, 1), "vs1", 2, 1 << 20, 4);
    FileMetadataArea area = FileMetadataArea.openOrCreate(here, identity);
    area.acquireLane(0);
    Files.move(here, directory.resolve("away"));
    area.close();
    Files.move(directory.resolve("away"), here);
    try (FileMetadataArea again = FileMetadataArea.open(here, "vs1")) {
      again.acquireLane(0);
    }
  }
}
