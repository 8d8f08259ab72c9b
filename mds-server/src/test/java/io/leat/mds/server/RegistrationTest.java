package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemoryCell;
import io.leat.coordination.VirtualServerConfig;
import io.leat.coordination.VirtualServers;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistrationTest {

  private static final String NAME = "demo";

  @TempDir Path directory;

  private VirtualServers cell;

  @BeforeEach
  void connect() throws CoordinationException {
    cell = new MemoryCell(Runnable::run).connect().virtualServers();
  }

  private Registration registration(String metadata) {
    VirtualServerStorage storage =
        new VirtualServerStorage(
            NAME,
            AreaPaths.of(directory.resolve(metadata)),
            directory.resolve("image"),
            directory.resolve("volume"),
            NAME,
            false,
            1 << 20);
    return new Registration(cell, storage, Optional.empty());
  }

  private UUID register(String metadata, String mds) throws IOException {
    Registration registration = registration(metadata);
    try (MetadataArea area = registration.openArea()) {
      registration.register(area, mds);
      return area.identity().uuid();
    }
  }

  private VirtualServerConfig entry() throws CoordinationException {
    return cell.read(NAME).orElseThrow();
  }

  private void requireRefused(String metadata, String why) {
    IOException refused = assertThrows(IOException.class, () -> register(metadata, "mds2"));
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertTrue(refused.getMessage().contains("leat.vs.demo.metadata"), refused.getMessage());
  }

  @Test
  void shouldMakeTheAreaOnceAndKeepTheCandidatesInTheirOrder() throws IOException {
    UUID area = register("metadata", "mds1");
    assertEquals(area, register("metadata", "mds2"));
    assertEquals(area, register("metadata", "mds1"));
    assertEquals(List.of("mds1", "mds2"), entry().candidates());
    MetadataPointer pointer = MetadataPointer.parse(entry().pointer()).orElseThrow();
    assertEquals(new MetadataPointer(area, AreaPaths.of(directory.resolve("metadata"))), pointer);
  }

  @Test
  void shouldNotBeginASecondNamespaceWhereThePathLeadsNowhere() throws IOException {
    register("metadata", "mds1");
    requireRefused("elsewhere", directory.resolve("metadata").toString());
    assertFalse(Files.exists(directory.resolve("elsewhere")), "nothing is made there");
    Files.createDirectory(directory.resolve("unmounted"));
    requireRefused("unmounted", "mount it here");
    assertEquals(List.of("mds1"), entry().candidates());
  }

  @Test
  void shouldNotTakeAnotherAreaForIt() throws IOException {
    register("metadata", "mds1");
    VirtualServerConfig entry = entry();
    cell.delete(NAME, entry.version());
    register("another", "mds2");
    cell.delete(NAME, entry().version());
    VirtualServerConfig unused = cell.create(entry);
    requireRefused("another", "is area");
    assertEquals(List.of("mds1"), entry().candidates());
  }

  @Test
  void shouldLearnTheAreaOfAnEntryThatHasThePathAlone() throws IOException {
    VirtualServerConfig old =
        new VirtualServerConfig(NAME, List.of("mds1"), "/old/path", VirtualServerConfig.NEW);
    VirtualServerConfig created = cell.create(old);
    requireRefused("metadata", "/old/path");
    assertFalse(Files.exists(directory.resolve("metadata")));
    cell.delete(NAME, created.version());
    UUID area = register("metadata", "mds1");
    cell.delete(NAME, entry().version());
    VirtualServerConfig unused = cell.create(old);
    assertEquals(area, register("metadata", "mds1"));
    assertEquals(area, MetadataPointer.parse(entry().pointer()).orElseThrow().area());
  }
}
