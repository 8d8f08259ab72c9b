package io.leat.mds.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.LmdbImage;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.ChainHash;
import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.CheckpointSlot.Side;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.Devices;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {

  private static final int BLOCK = JournalFormat.BLOCK;

  @TempDir Path directory;

  private final List<FaultyDevice> devices = new ArrayList<>();
  private final MetadataArea area = memoryArea(new UUID(1, 2));
  private final CheckpointStore store = new CheckpointStore(area);
  private final Image image = new MemoryImage(1 << 30);

  private static AreaIdentity identity(UUID uuid) {
    return new AreaIdentity(uuid, "vs1", 2, 16 * BLOCK, 8);
  }

  private MetadataArea memoryArea(UUID uuid) {
    return new MemoryMetadataArea(
        new MemoryMetadataArea.Storage(
            identity(uuid),
            medium -> {
              FaultPolicy policy = FaultPolicy.NONE.withVolatileCache();
              FaultyDevice device = new FaultyDevice(medium, policy, new Random(3));
              devices.add(device);
              return device;
            }));
  }

  private static JournalPosition position(long batch) {
    return new JournalPosition(1, batch, new ChainHash(batch, 7));
  }

  /** Adds an entry of {@code valueBytes} and moves the image to {@code batch}. */
  private void change(long batch, int valueBytes) {
    byte[] value = new byte[valueBytes];
    new Random(batch).nextBytes(value);
    try (ImageTransaction transaction = image.begin()) {
      transaction.put(("k" + batch).getBytes(java.nio.charset.StandardCharsets.UTF_8), value);
      AppliedPosition.put(transaction, position(batch));
      transaction.commit();
    }
  }

  private StoredCheckpoint write(CheckpointStore to, int lane) throws IOException {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return to.write(lane, snapshot, 0, WriteProgress.NONE);
    }
  }

  private StoredCheckpoint changeAndWrite(long batch) throws IOException {
    change(batch, 3000);
    return write(store, 0);
  }

  private static String hash(Image of) {
    try (ImageSnapshot snapshot = of.snapshot()) {
      return ImageHash.of(snapshot);
    }
  }

  private static void flipBit(MetadataArea area, CheckpointSlot slot, long at) throws IOException {
    ByteBuffer block = JournalFormat.allocate(BLOCK);
    try (Device device = area.openToWrite(slot, BLOCK)) {
      device.read(at / BLOCK * BLOCK, block);
      block.put((int) (at % BLOCK), (byte) (block.get((int) (at % BLOCK)) ^ 1));
      device.write(at / BLOCK * BLOCK, block.clear());
      device.flush();
    }
  }

  @Test
  void shouldLoadWhatWasWrittenWhenEntriesHaveAllSizes() throws IOException {
    for (int size : List.of(0, 1, 100, 4096, 900_000, 1 << 20, 1 << 20, 5)) {
      change(1 + size, size);
    }
    change(70_000_000, 10);
    StoredCheckpoint written = write(store, 1);
    assertEquals(List.of(written), store.list());
    try (Image loaded = LmdbImage.open(directory, 64 << 20)) {
      store.load(written, loaded);
      assertEquals(hash(image), hash(loaded));
    }
    assertTrue(written.header().chunks() > 1);
  }

  @Test
  void shouldWriteEmptyImage() throws IOException {
    try (ImageTransaction transaction = image.begin()) {
      AppliedPosition.put(transaction, position(1));
      transaction.commit();
    }
    StoredCheckpoint written = write(store, 0);
    assertEquals(0, written.header().entries());
    Image loaded = new MemoryImage(1 << 20);
    store.load(written, loaded);
    assertEquals(hash(image), hash(loaded));
  }

  @Test
  void shouldTakeTurnsAndNameThePrevious() throws IOException {
    assertEquals(JournalPosition.START, store.previousPosition());
    StoredCheckpoint first = changeAndWrite(1);
    assertEquals(JournalPosition.START, store.previousPosition());
    StoredCheckpoint second = changeAndWrite(2);
    assertEquals(first.position(), store.previousPosition());
    StoredCheckpoint third = changeAndWrite(3);
    assertEquals(List.of(third, second), store.list());
    assertEquals(first.slot(), third.slot());
    assertEquals(third.slot(), new CheckpointSlot(0, Side.A));
  }

  @Test
  void shouldKeepPreviousCheckpointWhenPowerIsLostAtAnyPoint() throws IOException {
    StoredCheckpoint first = changeAndWrite(1);
    changeAndWrite(2);
    changeAndWrite(3);
    boolean complete = false;
    for (int operations = 0; !complete; operations++) {
      List<StoredCheckpoint> before = store.list();
      change(10 + operations, 5000);
      for (FaultyDevice device : devices) {
        device.setPolicy(FaultPolicy.NONE.withVolatileCache().withFailureAfter(operations));
      }
      complete = wroteInSpite();
      for (FaultyDevice device : devices) {
        device.crash();
        device.restart();
        device.setPolicy(FaultPolicy.NONE.withVolatileCache());
      }
      List<StoredCheckpoint> after = store.list();
      assertTrue(after.contains(before.get(0)), "after " + operations + " operations");
      Image loaded = new MemoryImage(1 << 30);
      store.load(after.get(0), loaded);
      assertTrue(!complete || hash(image).equals(hash(loaded)));
    }
    assertFalse(store.list().contains(first));
  }

  private boolean wroteInSpite() {
    try {
      write(store, 0);
      return true;
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("injected"), e::toString);
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {BLOCK, BLOCK + 12, BLOCK + 20, BLOCK + 28, BLOCK + 60, BLOCK + 64, 7000})
  void shouldRefuseDamagedChunkAndOverwriteItFirst(long at) throws IOException {
    StoredCheckpoint first = changeAndWrite(1);
    StoredCheckpoint second = changeAndWrite(2);
    flipBit(area, second.slot(), at);
    Image loaded = new MemoryImage(1 << 20);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> store.load(second, loaded));
    assertTrue(e.getMessage().contains("chunk 0 of 1 at byte 4096"), e.getMessage());
    assertEquals(List.of(first), store.list());
    assertEquals(JournalPosition.START, store.previousPosition());
    StoredCheckpoint third = changeAndWrite(3);
    assertEquals(second.slot(), third.slot());
    assertEquals(List.of(third, first), store.list());
  }

  @Test
  void shouldNoticeWhenChunkOfFormerUseStandsInItsPlace() throws IOException {
    change(1, 900_000);
    change(2, 900_000);
    StoredCheckpoint written = write(store, 0);
    ByteBuffer chunk = JournalFormat.allocate((int) written.header().bytes() / 2 / BLOCK * BLOCK);
    try (Device device = area.openToWrite(written.slot(), BLOCK)) {
      device.read(BLOCK, chunk);
      device.write(written.header().bytes() - chunk.capacity(), chunk.clear());
    }
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> store.load(written, new MemoryImage(1 << 24)));
    assertTrue(e.getMessage().contains("is chunk 0"), e.getMessage());
  }

  @Test
  void shouldLeaveOutDamagedAndForeignHeaders() throws IOException {
    StoredCheckpoint first = changeAndWrite(1);
    StoredCheckpoint second = changeAndWrite(2);
    flipBit(area, second.slot(), 50);
    assertEquals(List.of(first), store.list());
    MetadataArea other = memoryArea(new UUID(8, 9));
    StoredCheckpoint foreign = write(new CheckpointStore(other), 0);
    ByteBuffer block = JournalFormat.allocate(BLOCK);
    try (Device from = other.openToRead(foreign.slot()).orElseThrow();
        Device to = area.openToWrite(second.slot(), BLOCK)) {
      from.read(0, block);
      to.write(0, block.flip());
    }
    assertEquals(List.of(first), store.list());
    CheckpointException e =
        assertThrows(
            CheckpointException.class, () -> CheckpointHeader.decode(block, area.identity()));
    assertTrue(e.getMessage().contains(new UUID(8, 9).toString()), e.getMessage());
  }

  @Test
  void shouldKeepBothWhenThereIsNoRoomOrNoPermission() throws IOException {
    StoredCheckpoint first = changeAndWrite(1);
    StoredCheckpoint second = changeAndWrite(2);
    MetadataArea full =
        new ForwardingArea(area) {
          @Override
          public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    MetadataArea readOnly =
        new ForwardingArea(area) {
          @Override
          public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
            return Devices.open(
                Files.write(directory.resolve("read-only"), new byte[1 << 16]),
                Access.BUFFERED.asReadOnly());
          }
        };
    change(3, 100);
    assertThrows(IOException.class, () -> write(new CheckpointStore(full), 0));
    IOException e = assertThrows(IOException.class, () -> write(new CheckpointStore(readOnly), 0));
    assertTrue(e.getMessage().contains("read-only"), e.getMessage());
    assertEquals(List.of(second, first), store.list());
  }

  @Test
  void shouldGrowWhenMoreIsWrittenThanExpected() throws IOException {
    for (int batch = 1; batch < 8; batch++) {
      change(batch, 1 << 20);
    }
    StoredCheckpoint written = write(store, 0);
    assertTrue(written.header().bytes() > 7 << 20);
    Image loaded = new MemoryImage(1 << 30);
    store.load(written, loaded);
    assertEquals(hash(image), hash(loaded));
  }

  @Test
  void shouldWorkOnRealFilesAndGiveUpWhenTold() throws IOException {
    FileMetadataArea.create(directory, identity(new UUID(5, 5)));
    try (MetadataArea files = FileMetadataArea.open(directory, "vs1")) {
      CheckpointStore onFiles = new CheckpointStore(files);
      for (int batch = 1; batch < 5; batch++) {
        change(batch, 700_000);
        StoredCheckpoint written = write(onFiles, 1);
        Image loaded = new MemoryImage(1 << 30);
        onFiles.load(written, loaded);
        assertEquals(hash(image), hash(loaded));
      }
      List<StoredCheckpoint> before = onFiles.list();
      try (ImageSnapshot snapshot = image.snapshot()) {
        WriteProgress refuse =
            bytes -> {
              throw new IOException("stop");
            };
        assertThrows(IOException.class, () -> onFiles.write(1, snapshot, 0, refuse));
      }
      assertEquals(before.subList(0, 1), onFiles.list());
      Path newest = directory.resolve(before.get(0).slot().toString());
      Files.write(newest, new byte[100]);
      assertEquals(List.of(), onFiles.list());
    }
  }
}
