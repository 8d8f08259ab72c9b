package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.nextEpoch;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.CheckpointSlot.Side;
import io.leat.mds.journal.TestStorage.Replayed;
import io.leat.volume.Device;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceMetadataAreaTest {

  private static final AreaIdentity IDENTITY =
      new AreaIdentity(new UUID(1, 2), "vs1", 2, 16 * JournalFormat.BLOCK, 4);
  private static final long DEVICE_BYTES = 200L << 20;
  private static final int DRAIN_MILLIS = 5_000;

  @TempDir Path directory;
  private final AtomicLong clock = new AtomicLong();
  private Path device;

  @BeforeEach
  void makeDevice() throws IOException {
    device = directory.resolve("device");
    try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
      file.setLength(DEVICE_BYTES);
    }
  }

  private MetadataArea open(String mds, long incarnation) throws IOException {
    LaneHolder holder =
        new LaneHolder(mds, UUID.nameUUIDFromBytes(mds.getBytes(UTF_8)), incarnation, clock::get);
    return DeviceMetadataArea.open(device, "vs1", Optional.of(holder));
  }

  private void acquire(MetadataArea area, int lane) throws IOException {
    LaneNotDrainedException wait =
        assertThrows(LaneNotDrainedException.class, () -> area.acquireLane(lane));
    clock.addAndGet(wait.millis());
    area.acquireLane(lane);
  }

  @Test
  void shouldReplayAfterRestartsWithSegmentsUsedAgain() throws IOException {
    DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS);
    List<Replayed> expected = new ArrayList<>();
    for (int term = 0; term < 6; term++) {
      String mds = "mds" + term % 2;
      try (MetadataArea area = open(mds, term)) {
        assertEquals(IDENTITY, area.identity());
        assertTrue(area.isShared());
        acquire(area, term % 2);
        JournalActivation.Activated activated =
            new JournalActivation(area, term % 2, nextEpoch(area), mds, CheckpointKeeper.NONE)
                .run(Optional.empty());
        assertEquals(expected, replay(activated.history()));
        try (Journal journal = activated.journal()) {
          for (int i = 0; i < 3; i++) {
            expected.add(append(journal, textOf(term + "." + i, 4)));
            assertTrue(journal.newest());
          }
        }
        assertEquals(expected, replay(area));
      }
    }
  }

  @Test
  void shouldKeepConfigurationAndCheckpointsInTheirPlaces() throws IOException {
    DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS);
    CheckpointSlot slot = new CheckpointSlot(1, Side.B);
    ByteBuffer block = JournalFormat.allocate(JournalFormat.BLOCK).putLong(0, 42);
    try (MetadataArea area = open("a", 1)) {
      assertEquals(List.of(), area.configurations());
      for (String text : List.of("first", "second", "third ü")) {
        area.configure(text);
        assertEquals(List.of(text), area.configurations());
      }
      try (Device place = area.openToWrite(slot, 32 << 20)) {
        place.write(place.size() - JournalFormat.BLOCK, block.clear());
        place.flush();
      }
      assertThrows(IOException.class, () -> area.openToWrite(slot, DEVICE_BYTES));
      assertThrows(IOException.class, () -> area.configure("x".repeat(1 << 16)));
    }
    try (MetadataArea area = open("b", 2);
        Device place = area.openToRead(slot).orElseThrow()) {
      assertEquals(List.of("third ü"), area.configurations());
      ByteBuffer read = JournalFormat.allocate(JournalFormat.BLOCK);
      place.read(place.size() - JournalFormat.BLOCK, read);
      assertEquals(block.clear(), read.clear());
      assertTrue(area.imageBytesMax() < place.size());
      assertFalse(area.hasEarlyLogs());
      assertFalse(area.isLaneFree(0));
    }
  }

  @Test
  void shouldNotMakeAnAreaOverAnything() throws IOException {
    for (long at : new long[] {1_024, DEVICE_BYTES - 1, DeviceLayout.SEGMENTS_AT + 4_096}) {
      overwrite(at, 1);
      FileAlreadyExistsException refused =
          assertThrows(
              FileAlreadyExistsException.class,
              () -> DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS));
      assertTrue(refused.getMessage().contains("not blank"), refused.getMessage());
      overwrite(at, 0);
    }
    DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS);
    assertThrows(
        FileAlreadyExistsException.class,
        () -> DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS));
  }

  private void overwrite(long at, int value) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
      file.seek(at);
      file.write(value);
    }
  }

  @Test
  void shouldSayWhatIsWrongWithADevice() throws IOException {
    assertRefused("checksum");
    AreaIdentity large = AreaIdentity.of(new UUID(1, 2), "vs1", 8);
    IOException small =
        assertThrows(
            IOException.class, () -> DeviceMetadataArea.create(device, large, DRAIN_MILLIS));
    assertTrue(small.getMessage().contains("take a larger one"), small.getMessage());
    assertThrows(IOException.class, () -> DeviceMetadataArea.create(device, IDENTITY, 0));

    DeviceMetadataArea.create(
        device, new AreaIdentity(new UUID(1, 2), "other", 2, 1 << 16, 4), DRAIN_MILLIS);
    assertRefused("of virtual server 'other'");
    overwrite(100, '#');
    assertRefused("checksum");
  }

  private void assertRefused(String why) {
    ForeignAreaException refused =
        assertThrows(
            ForeignAreaException.class,
            () -> DeviceMetadataArea.open(device, "vs1", Optional.empty()));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void shouldRefuseADeviceThatHasBecomeShorter() throws IOException {
    DeviceMetadataArea.create(device, IDENTITY, DRAIN_MILLIS);
    try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
      file.setLength(DEVICE_BYTES / 2);
    }
    assertRefused("bytes and had");
  }
}
