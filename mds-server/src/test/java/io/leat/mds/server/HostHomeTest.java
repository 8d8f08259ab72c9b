package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostHomeTest {

  @TempDir Path directory;

  @Test
  void shouldBeTheSameAgainAndOneProcessAtATime() throws IOException {
    Path path = directory.resolve("a/home");
    UUID id;
    try (HostHome home = HostHome.open(path)) {
      id = home.id();
      IOException refused = assertThrows(IOException.class, () -> HostHome.open(path));
      assertTrue(refused.getMessage().contains("end it first"), refused.getMessage());
    }
    try (HostHome home = HostHome.open(path);
        HostHome other = HostHome.open(directory.resolve("b"))) {
      assertEquals(id, home.id());
      assertNotEquals(id, other.id());
    }
  }

  @Test
  void shouldSayWhatToDoWhenItIsDamaged() throws IOException {
    HostHome.open(directory).close();
    Files.writeString(directory.resolve("uuid"), "");
    IOException refused = assertThrows(IOException.class, () -> HostHome.open(directory));
    assertTrue(refused.getMessage().contains("remove it"), refused.getMessage());
  }
}
