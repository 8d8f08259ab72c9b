package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeTest {

  private static final UUID ID = new UUID(1, 2);
  private static final UUID OTHER_ID = new UUID(3, 4);
  private static final int BLOCK = Volume.BLOCK_SIZE;
  private static final int SIZE = 4 << 20;
  private static final int ROUNDS = 300;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void format() throws IOException {
    file = directory.resolve("volume");
    Volumes.format(file, ID, "v1", SIZE, false);
  }

  @Test
  void shouldDescribeTheVolumeWhenFormatted() throws IOException {
    assertEquals(PosixFilePermissions.fromString("rw-rw----"), Files.getPosixFilePermissions(file));
    try (Volume volume = Volumes.open(file, ID, false, true)) {
      assertEquals(new VolumeHeader(ID, "v1", SIZE), volume.header());
      assertEquals(ID, volume.uuid());
      assertEquals("v1", volume.name());
      assertEquals(SIZE / BLOCK, volume.blocks());
      assertFalse(volume.direct());
    }
    try (Volume volume = Volumes.open(file, ID, true, true)) {
      assertTrue(volume.direct());
    }
  }

  @Test
  void shouldBeZerosBehindTheHeaderWhenPrewritten() throws IOException {
    Path path = directory.resolve("prewritten");
    Volumes.format(path, OTHER_ID, "v2", 4 * BLOCK, true);
    byte[] bytes = Files.readAllBytes(path);
    assertArrayEquals(new byte[3 * BLOCK], Arrays.copyOfRange(bytes, BLOCK, 4 * BLOCK));
  }

  @Test
  void shouldNotTouchTheFileWhenItExists() {
    assertThrows(
        FileAlreadyExistsException.class, () -> Volumes.format(file, OTHER_ID, "v2", SIZE, false));
    assertFalse(messageOfOpening(OTHER_ID).isEmpty());
  }

  @Test
  void shouldRefuseToFormatWhenDeviceHoldsAVolume() throws IOException {
    Device device = new MemoryDevice(10 * BLOCK + 100);
    VolumeHeader header = Volumes.format(device, "mem", ID, "m");
    assertEquals(10 * BLOCK, header.sizeBytes());
    assertThrows(IOException.class, () -> Volumes.format(device, "mem", OTHER_ID, "m"));
    assertEquals(ID, Volumes.open(device, "mem", ID).uuid());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadWhatWasWrittenWhenRangesAreOfAnyShape(boolean direct) throws IOException {
    try (Volume volume = Volumes.open(file, ID, direct, false)) {
      compareWithShadow(volume);
    }
  }

  @Test
  void shouldReadWhatWasWrittenWhenVolumeIsOnABlockDevice() throws IOException {
    Path backing = directory.resolve("backing");
    Devices.createFile(backing, SIZE, false, Volumes.FILE_PERMISSIONS);
    Optional<LoopDevice> attached = LoopDevice.attach(backing);
    Assumptions.assumeTrue(attached.isPresent(), "no loop device here: needs root and losetup");
    try (LoopDevice loop = attached.orElseThrow()) {
      Volumes.formatDevice(loop.path(), ID, "loop");
      assertThrows(
          FileAlreadyExistsException.class,
          () -> Volumes.formatDevice(loop.path(), OTHER_ID, "again"));
      try (Volume volume = Volumes.open(loop.path(), ID, true, false)) {
        compareWithShadow(volume);
      }
    }
  }

  private static void compareWithShadow(Volume volume) throws IOException {
    Random random = new Random(77);
    byte[] shadow = new byte[SIZE];
    volume.read(0, ByteBuffer.wrap(shadow));
    for (int round = 0; round < ROUNDS; round++) {
      int unit = volume.direct() ? BLOCK : 1;
      int[] write = range(random, BLOCK, unit);
      byte[] bytes = new byte[write[1]];
      random.nextBytes(bytes);
      volume.write(write[0], buffer(random, bytes));
      System.arraycopy(bytes, 0, shadow, write[0], bytes.length);
      int[] read = range(random, 0, random.nextInt(4) == 0 ? BLOCK : 1);
      ByteBuffer dst = buffer(random, new byte[read[1]]);
      int start = dst.position();
      volume.read(read[0], dst);
      assertFalse(dst.hasRemaining());
      byte[] got = new byte[read[1]];
      dst.get(start, got);
      assertArrayEquals(Arrays.copyOfRange(shadow, read[0], read[0] + read[1]), got);
    }
    volume.flush();
  }

  private static int[] range(Random random, int from, int unit) {
    int lengthMax = random.nextInt(6) == 0 ? SIZE - from : 3 * BLOCK;
    int length = random.nextInt(lengthMax / unit + 1) * unit;
    int offset = from + random.nextInt((SIZE - from - length) / unit + 1) * unit;
    return new int[] {offset, length};
  }

  /** A heap, aligned direct or unaligned direct buffer with these bytes. */
  private static ByteBuffer buffer(Random random, byte[] bytes) {
    return switch (random.nextInt(3)) {
      case 0 -> ByteBuffer.wrap(bytes);
      case 1 -> BounceBuffers.allocate(bytes.length, BLOCK).put(bytes).flip();
      default -> BounceBuffers.allocate(bytes.length + 3, BLOCK).position(3).put(bytes).position(3);
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldProtectTheHeaderAndTheEndWhenWriting(boolean direct) throws IOException {
    byte[] before = Files.readAllBytes(file);
    try (Volume volume = Volumes.open(file, ID, direct, false)) {
      assertThrows(IOException.class, () -> volume.write(0, ByteBuffer.allocate(BLOCK)));
      assertThrows(IOException.class, () -> volume.write(0, ByteBuffer.allocate(2 * BLOCK)));
      assertThrows(IOException.class, () -> volume.write(SIZE, ByteBuffer.allocate(BLOCK)));
      assertThrows(IOException.class, () -> volume.read(SIZE - 1, ByteBuffer.allocate(2)));
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void shouldRefusePartialBlocksWhenDirect() throws IOException {
    try (Volume volume = Volumes.open(file, ID, true, false)) {
      assertThrows(
          IllegalArgumentException.class, () -> volume.write(BLOCK, ByteBuffer.allocate(512)));
      assertThrows(
          IllegalArgumentException.class,
          () -> volume.write(BLOCK + 512, ByteBuffer.allocate(BLOCK)));
    }
  }

  @Test
  void shouldEndWithTheHeadersSizeWhenDeviceIsLonger() throws IOException {
    setLength(SIZE + BLOCK);
    try (Volume volume = Volumes.open(file, ID, false, false)) {
      assertThrows(IOException.class, () -> volume.read(SIZE, ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRefuseWritesWhenReadOnly(boolean direct) throws IOException {
    try (Volume volume = Volumes.open(file, ID, direct, true)) {
      IOException e =
          assertThrows(IOException.class, () -> volume.write(BLOCK, ByteBuffer.allocate(BLOCK)));
      assertTrue(e.getMessage().contains("read-only"), e.getMessage());
    }
  }

  @Test
  void shouldNameBothIdsWhenItIsAnotherVolume() {
    assertEquals(
        "volume v1 at %s is UUID %s, expected %s".formatted(file, ID, OTHER_ID),
        messageOfOpening(OTHER_ID));
  }

  @Test
  void shouldSaySoWhenTruncated() throws IOException {
    setLength(SIZE - 1);
    assertTrue(messageOfOpening(ID).contains("truncated"), messageOfOpening(ID));
    setLength(100);
    assertTrue(messageOfOpening(ID).contains("too short"), messageOfOpening(ID));
  }

  @Test
  void shouldSaySoWhenHeaderIsGarbage() throws IOException {
    overwrite(20, new byte[] {9});
    assertTrue(messageOfOpening(ID).contains("damaged"), messageOfOpening(ID));
    overwrite(0, new byte[BLOCK]);
    assertTrue(messageOfOpening(ID).contains("not a Leat volume"), messageOfOpening(ID));
  }

  @Test
  void shouldSaySoWhenFormatIsNewer() throws IOException {
    byte[] bytes = new byte[BLOCK];
    ByteBuffer block = ByteBuffer.wrap(bytes);
    block.put(new VolumeHeader(ID, "v1", SIZE).encode());
    block.putInt(VolumeHeader.VERSION_AT, 2);
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, VolumeHeader.CHECKSUM_AT);
    block.putInt(VolumeHeader.CHECKSUM_AT, (int) crc.getValue());
    overwrite(0, bytes);
    assertTrue(messageOfOpening(ID).contains("format version 2"), messageOfOpening(ID));
  }

  @Test
  void shouldKeepTheExceptionWhenFileIsMissing() {
    Path missing = directory.resolve("missing");
    assertThrows(NoSuchFileException.class, () -> Volumes.open(missing, ID, false, false));
  }

  @Test
  void shouldRefuseWhenDeviceNeedsMoreThanABlock() {
    Device device = new MemoryDevice(1 << 20, 64 << 10);
    assertThrows(IOException.class, () -> Volumes.open(device, "mem", ID));
  }

  private String messageOfOpening(UUID expected) {
    String buffered =
        assertThrows(IOException.class, () -> Volumes.open(file, expected, false, true))
            .getMessage();
    assertThrows(IOException.class, () -> Volumes.open(file, expected, true, false));
    return buffered;
  }

  private void setLength(long bytes) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(bytes);
    }
  }

  private void overwrite(long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(offset);
      raw.write(bytes);
    }
  }
}
