package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.ForwardingArea;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VirtualServerDefinitionTest {

  private static final VirtualServerDefinition DEFINITION =
      new VirtualServerDefinition(
          "demo", 3, "10.0.0.7", "data", new UUID(1, 2), Path.of("/san/x=y.vol"), true, 1L << 32);

  @TempDir Path directory;

  private void requireRefused(String text, String why) {
    IOException refused =
        assertThrows(IOException.class, () -> VirtualServerDefinition.decode(text, "/md"));
    assertTrue(refused.getMessage().contains("/md"), refused.getMessage());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    assertEquals(DEFINITION, VirtualServerDefinition.decode(DEFINITION.encode(), "there"));
  }

  @Test
  void shouldBeAtTheFirstLevelWhereNoneIsWritten() throws IOException {
    String text = DEFINITION.encode().replace("level=3\n", "");
    assertEquals(DEFINITION.at(1), VirtualServerDefinition.decode(text, "there"));
  }

  @Test
  void shouldSayWhatIsWrong() {
    requireRefused("", "leat-virtual-server=1");
    requireRefused(
        DEFINITION.encode().replace("leat-virtual-server=1", "leat-virtual-server=2"),
        "leat-virtual-server=1");
    requireRefused(DEFINITION.encode().replace("volume.data.path", "volume.other.path"), "path=");
    requireRefused(DEFINITION.encode().replace("image-bytes=4", "image-bytes=four"), "damaged");
    requireRefused(DEFINITION.encode().replace("uuid=0", "uuid=z"), "damaged");
  }

  @Test
  void shouldStandInTheAreaThatThePointerMeansAndInNoOther() throws IOException {
    UUID uuid = UUID.randomUUID();
    AreaIdentity identity = new AreaIdentity(uuid, "demo", 2, 1 << 16, 3);
    try (FileMetadataArea area = FileMetadataArea.openOrCreate(directory, identity)) {
      assertEquals(List.of(), area.configurations());
      MetadataPointer pointer = new MetadataPointer(uuid, AreaPaths.of(directory));
      assertThrows(IOException.class, () -> VirtualServerDefinition.read("demo", pointer));
      area.configure("to be replaced");
      area.configure(DEFINITION.encode());
      assertEquals(DEFINITION, VirtualServerDefinition.read("demo", pointer));
      assertThrows(IOException.class, () -> VirtualServerDefinition.read("other", pointer));
      MetadataPointer another = new MetadataPointer(UUID.randomUUID(), AreaPaths.of(directory));
      assertThrows(IOException.class, () -> VirtualServerDefinition.read("demo", another));
    }
    assertEquals("rw-------", permissions(directory.resolve("configuration")));
  }

  @Test
  void shouldBeAtTheHighestLevelThatAnyDeviceSays() throws IOException {
    AreaIdentity identity = new AreaIdentity(UUID.randomUUID(), "demo", 2, 1 << 16, 3);
    List<String> each = List.of(DEFINITION.encode(), DEFINITION.at(4).encode());
    try (FileMetadataArea area = FileMetadataArea.openOrCreate(directory, identity);
        ForwardingArea mirrored =
            new ForwardingArea(area) {
              @Override
              public List<String> configurations() {
                return each;
              }
            }) {
      assertEquals(DEFINITION.at(4), VirtualServerDefinition.read(mirrored));
      assertThrows(IOException.class, () -> Levels.requireKnown(mirrored));
      assertThrows(IOException.class, () -> VirtualServerDefinition.read(area));
      assertEquals(Levels.KNOWN.min(), Levels.requireKnown(area));
    }
  }

  private static String permissions(Path file) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file));
  }
}
