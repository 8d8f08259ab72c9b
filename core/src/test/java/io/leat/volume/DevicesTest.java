package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  @TempDir Path directory;

  @Test
  void shouldKeepTheExceptionWhenPathIsMissing() {
    Path path = directory.resolve("nothing");
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> Devices.open(path, Access.DIRECT));
    assertEquals(path.toString(), e.getFile());
    assertFalse(Files.exists(path));
  }

  @Test
  void shouldRefuseWhenPathIsNoStorage() {
    assertThrows(FileSystemException.class, () -> Devices.open(directory, Access.BUFFERED));
    assertThrows(
        FileSystemException.class, () -> Devices.open(Path.of("/dev/zero"), Access.BUFFERED));
  }

  @Test
  void shouldSaySoWhenPermissionIsMissing() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[10]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    Assumptions.assumeFalse(Files.isWritable(file), "this user may write everything");
    AccessDeniedException e =
        assertThrows(AccessDeniedException.class, () -> Devices.open(file, Access.BUFFERED));
    assertTrue(e.getMessage().contains("no permission to open it for writing"), e.getMessage());
  }

  @Test
  void shouldReadButNotWriteWhenReadOnly() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[] {1, 2, 3});
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    try (Device device = Devices.open(file, Access.BUFFERED.asReadOnly())) {
      ByteBuffer dst = ByteBuffer.allocate(2);
      device.read(1, dst);
      assertArrayEquals(new byte[] {2, 3}, dst.array());
      IOException e =
          assertThrows(IOException.class, () -> device.write(1, ByteBuffer.allocate(2)));
      assertTrue(e.getMessage().contains(file + " is open read-only"), e.getMessage());
      device.flush();
    }
  }

  @Test
  void shouldSaySoWhenFileBecameShorter() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[8192]);
    try (Device device = Devices.open(file, Access.BUFFERED)) {
      try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
        other.setLength(5000);
      }
      IOException e =
          assertThrows(IOException.class, () -> device.read(4096, ByteBuffer.allocate(4096)));
      assertEquals(
          "cannot read 4096 bytes at offset 4096 of %s: ".formatted(file)
              + "it became shorter than 8192 bytes while it was open",
          e.getMessage());
    }
  }

  @Test
  void shouldLeaveOutTheRestWhenFileIsNoMultipleOfTheAlignment() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[3 * 65536 + 100]);
    try (Device device = Devices.open(file, Access.DIRECT)) {
      assertEquals(3 * 65536, device.size());
    }
  }

  @Test
  void shouldRefuseWhenReadOnlyShouldWriteThrough() {
    assertThrows(IllegalArgumentException.class, () -> new Access(true, true, true));
  }

  @Test
  void shouldTakeNoSpaceWhenCreatedSparse() throws IOException {
    Path file = directory.resolve("sparse");
    Devices.createFile(file, 1L << 40, false, OWNER_ONLY);
    assertEquals(1L << 40, Files.size(file));
    assertEquals(OWNER_ONLY, Files.getPosixFilePermissions(file));
  }

  @Test
  void shouldHoldZerosWhenPrewritten() throws IOException {
    Path file = directory.resolve("zeros");
    int size = 2 * Devices.ZEROS_BYTES + 17;
    Devices.createFile(file, size, true, OWNER_ONLY);
    assertArrayEquals(new byte[size], Files.readAllBytes(file));
  }

  @Test
  void shouldGiveExactlyThePermissionsWhenUmaskWouldTakeSome() throws IOException {
    Path file = directory.resolve("shared");
    Set<PosixFilePermission> everything = PosixFilePermissions.fromString("rw-rw-rw-");
    Devices.createFile(file, 1, false, everything);
    assertEquals(everything, Files.getPosixFilePermissions(file));
  }

  @Test
  void shouldNotTouchTheFileWhenItExists() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "precious");
    assertThrows(
        FileAlreadyExistsException.class, () -> Devices.createFile(file, 10, true, OWNER_ONLY));
    assertEquals("precious", Files.readString(file));
  }

  @Test
  void shouldLeaveNothingBehindWhenCreationFails() {
    Path file = directory.resolve("file");
    IOException e =
        assertThrows(
            IOException.class, () -> Devices.createFile(file, Long.MAX_VALUE, false, OWNER_ONLY));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    assertFalse(Files.exists(file));
  }

  @Test
  void shouldCreateWhenThreadIsInterrupted() throws IOException {
    Path file = directory.resolve("file");
    Thread.currentThread().interrupt();
    Devices.createFile(file, 5000, true, OWNER_ONLY);
    assertTrue(Thread.interrupted());
    assertEquals(5000, Files.size(file));
  }
}
