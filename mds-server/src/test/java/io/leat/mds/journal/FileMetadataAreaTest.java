package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.activate;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void shouldAcquireNoLaneOfAnAreaOfWhichADeviceWasReplacedSinceItWasOpened() throws IOException {
    AreaIdentity identity = IDENTITY.onDevice(0, AreaIdentity.DEVICES_MAX);
    FileMetadataArea.create(directory, identity);
    AreaIdentity now = identity.replacing(2, 1);
    try (FileMetadataArea owners = FileMetadataArea.open(directory, "vs1");
        FileMetadataArea before = FileMetadataArea.open(directory, "vs1")) {
      owners.acquireLane(0);
      owners.identify(now);
      owners.releaseLane(0);
      assertThrows(ForeignAreaException.class, () -> before.acquireLane(0));
      owners.acquireLane(0);
      assertThrows(ForeignAreaException.class, () -> before.identify(identity.replacing(1, 1)));
    }
    try (FileMetadataArea again = FileMetadataArea.open(directory, "vs1")) {
      assertEquals(now, again.identity());
      again.acquireLane(0);
    }
  }

  /** With a segment in lane 0, which is acquired; the directory stands in "away" then. */
  private FileMetadataArea openedAndMovedAway(Path here) throws IOException {
    Files.createDirectory(here);
    FileMetadataArea.create(here, IDENTITY);
    FileMetadataArea area = FileMetadataArea.open(here, "vs1");
    area.acquireLane(0);
    area.createSegment(new SegmentSlot(0, 0));
    Files.move(here, directory.resolve("away"));
    return area;
  }

  /** As when another file system is mounted there. */
  @Test
  void shouldOpenNothingInAnotherDirectoryThatStandsInItsPlace() throws IOException {
    Path here = directory.resolve("here");
    try (FileMetadataArea area = openedAndMovedAway(here)) {
      Files.createDirectory(here);
      FileMetadataArea.create(here, IDENTITY);
      Files.copy(
          directory.resolve("away/" + new SegmentSlot(0, 0)),
          here.resolve(new SegmentSlot(0, 0).toString()));
      assertThrows(
          ForeignAreaException.class, () -> area.openToWrite(new SegmentSlot(0, 0)).close());
      assertThrows(
          ForeignAreaException.class, () -> area.openToRead(new SegmentSlot(0, 0)).close());
      assertThrows(
          ForeignAreaException.class,
          () ->
              area.openToWrite(new CheckpointSlot(0, CheckpointSlot.Side.A), JournalFormat.BLOCK)
                  .close());
      assertThrows(ForeignAreaException.class, () -> area.createSegment(new SegmentSlot(0, 1)));
      assertThrows(ForeignAreaException.class, () -> area.configure("text"));
      assertThrows(ForeignAreaException.class, () -> area.acquireLane(1));
    }
  }

  /** Nor for one in which nothing was ever written. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNotTakeADirectoryThatIsGoneForAnEmptyOne(boolean emptyOneInItsPlace)
      throws IOException {
    Path here = directory.resolve("here");
    try (FileMetadataArea area = openedAndMovedAway(here)) {
      if (emptyOneInItsPlace) {
        Files.createDirectory(here);
      }
      assertThrows(ForeignAreaException.class, () -> area.segments(0));
      assertThrows(ForeignAreaException.class, () -> area.openToRead(new SegmentSlot(0, 0)));
      assertThrows(
          ForeignAreaException.class,
          () -> area.openToRead(new CheckpointSlot(0, CheckpointSlot.Side.A)));
      assertThrows(ForeignAreaException.class, () -> area.openEarlyToRead(0));
      assertThrows(ForeignAreaException.class, area::configurations);
      assertThrows(ForeignAreaException.class, () -> area.isLaneFree(0));
    }
  }

  /** Whichever of three directories is read first, the one that is gone among them. */
  @Test
  void shouldFindEverythingWhenOneOfThreeDirectoriesIsGoneUnnoticed() throws IOException {
    List<Path> paths = Stream.of("a", "b", "c").map(directory::resolve).toList();
    try (MetadataArea area = new AreaPaths(paths, false).openOrCreate(IDENTITY, Optional.empty())) {
      Journal journal = activate(area, 0).journal();
      append(journal, "one");
      append(journal, "two");
      journal.close();
      Files.move(paths.get(1), directory.resolve("away"));
      for (int first = 0; first < AreaIdentity.DEVICES_MAX; first++) {
        assertEquals(2, replay(JournalHistory.read(area)).size(), () -> area.devices().toString());
      }
      assertNotEquals("", area.devices().get(1).problem());
    }
  }

  @Test
  void shouldMakeAReplacementInAnEmptyDirectoryOnly() throws IOException {
    AreaIdentity third = IDENTITY.onDevice(2, AreaIdentity.DEVICES_MAX).replacing(2, 7);
    Path place = directory.resolve("third");
    ByteBuffer epochs = ByteBuffer.allocate(EpochBlocks.BYTES);
    epochs.put(4096, (byte) 1);
    assertThrows(
        NotDirectoryException.class,
        () -> FileMetadataArea.createReplacement(place, third, epochs, "text"));
    Files.createDirectory(place);
    Path foreign = Files.createFile(place.resolve("something"));
    assertThrows(
        FileAlreadyExistsException.class,
        () -> FileMetadataArea.createReplacement(place, third, epochs, "text"));
    Files.delete(foreign);
    Files.createDirectory(place.resolve("lost+found"));
    Files.createFile(place.resolve("configuration.new")); // of an attempt that was cut short
    FileMetadataArea.createReplacement(place, third, epochs, "text");
    try (FileMetadataArea made = FileMetadataArea.open(place, "vs1")) {
      assertEquals(third, made.identity());
      assertEquals(List.of("text"), made.configurations());
      ByteBuffer read = ByteBuffer.allocate(EpochBlocks.BYTES);
      made.epochs().get(0).read(0, read);
      assertEquals(1, read.get(4096));
    }
    assertThrows(
        FileAlreadyExistsException.class,
        () -> FileMetadataArea.createReplacement(place, third, epochs, "text"));
    String text = Files.readString(place.resolve("identity"));
    assertTrue(text.startsWith("leat-metadata-area=2"), "older software must not take it: " + text);
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
