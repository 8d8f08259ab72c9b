package io.leat.mds.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellLayoutTest {
  @TempDir private Path directory;

  @Test
  void shouldKeepIdentityAndPortsWhenOpenedAgain() throws IOException {
    CellLayout layout = new CellLayout(directory.resolve("cell"));
    CellProperties first = layout.create();
    CellProperties withPorts = first.withPorts(1234, 5678);
    withPorts.store(layout.properties());

    assertEquals(withPorts, layout.create());
  }

  @Test
  void shouldRefuseWhenTheDirectoryHoldsSomethingElse() throws IOException {
    Files.writeString(directory.resolve("thesis.tex"), "x");

    IOException refused = assertThrows(IOException.class, () -> new CellLayout(directory).create());

    assertTrue(refused.getMessage().contains(directory + " is not empty and no Leat cell"));
  }

  @Test
  void shouldRefuseWhenTheDirectoryIsAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");

    assertThrows(IOException.class, () -> new CellLayout(file).create());
  }

  @Test
  void shouldNameTheFileWhenPropertiesAreDamaged() throws IOException {
    CellLayout layout = new CellLayout(directory.resolve("cell"));
    layout.create();
    Files.writeString(layout.properties(), "cell.uuid=nonsense\n");

    IOException damaged = assertThrows(IOException.class, layout::create);

    assertTrue(damaged.getMessage().contains("cell.properties is damaged"));
  }

  @Test
  void shouldRefuseASecondLockUntilTheFirstIsClosed() throws IOException {
    CellLayout layout = new CellLayout(directory.resolve("cell"));
    layout.create();
    try (CellLock held = CellLock.take(layout)) {
      IOException refused = assertThrows(IOException.class, () -> CellLock.take(layout));
      String pid = Long.toString(ProcessHandle.current().pid());
      assertTrue(refused.getMessage().contains(layout.root() + " is in use by another cell"));
      assertTrue(refused.getMessage().contains(pid));
      assertNotNull(held);
      assertTrue(Files.exists(layout.lock()));
    }
    CellLock.take(layout).close();
  }

  @Test
  void shouldTakeLessWhenTheDiskIsSmall() {
    assertEquals(32L << 30, VolumeFiles.sizeFor(32L << 30, 100L << 30));
    assertEquals(9L << 30, VolumeFiles.sizeFor(32L << 30, 10L << 30));
    assertEquals(0, VolumeFiles.sizeFor(32L << 30, 1 << 20));
  }

  @Test
  void shouldWriteSizesForPeople() {
    assertEquals("0 B", Sizes.of(0));
    assertEquals("1.5 KiB", Sizes.of(1536));
    assertEquals("32 GiB", Sizes.of(32L << 30));
  }
}
