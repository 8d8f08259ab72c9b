package io.leat.mds.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cli.ServerQuery;
import io.leat.mds.config.ConfigKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCellIT {
  private static final long VOLUME_BYTES = 128L << 20;

  @TempDir private Path directory;
  private CellOptions options;

  @BeforeEach
  void chooseSize() {
    options = CellOptions.at(directory.resolve("cell")).withVolumeBytes(VOLUME_BYTES);
  }

  @Test
  void shouldServeAtTheSameAddressWhenStartedAgain() throws IOException {
    List<String> addresses;
    try (EmbeddedCell cell = EmbeddedCell.start(options)) {
      addresses = cell.addresses();
      assertEquals(
          String.join(",", addresses), cell.clientConfiguration().get("fs.leat.mds.addresses"));
      assertTrue(Files.readString(cell.layout().coreSite()).contains(addresses.get(0)));
      assertEquals(VOLUME_BYTES, Files.size(directory.resolve("cell/volumes/demo.vol")));
      try (ServerQuery query = ServerQuery.connect(addresses.get(0))) {
        assertEquals("demo", query.virtualServers().get(0).getName());
      }
    }
    try (EmbeddedCell cell = EmbeddedCell.start(options)) {
      assertEquals(addresses, cell.addresses());
    }
  }

  @Test
  void shouldRefuseWhenAnotherCellHasTheDirectory() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start(options)) {
      IOException refused = assertThrows(IOException.class, () -> EmbeddedCell.start(options));
      assertTrue(refused.getMessage().contains(cell.layout().root() + " is in use"));
    }
  }

  @Test
  void shouldNamePortAndKeyWhenThePortIsBusy() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CellOptions onBusyPort = options.withPort(busy.getLocalPort());

      IOException refused = assertThrows(IOException.class, () -> EmbeddedCell.start(onBusyPort));

      assertTrue(refused.getMessage().startsWith("port " + busy.getLocalPort() + " on"));
      assertTrue(refused.getMessage().contains(ConfigKey.MDS_PORT.template()));
    }
  }

  @Test
  void shouldReleaseTheDirectoryWhenASettingIsBad() throws IOException {
    CellOptions bad = options.with(ConfigKey.CLIENT_LEASE, "1ms");
    assertThrows(IOException.class, () -> EmbeddedCell.start(bad));

    EmbeddedCell.start(options).close();
  }

  @Test
  void shouldStartFromCheckpointWhenTheImageIsGone() throws IOException {
    Path checkpoint = directory.resolve("cell/virtual-servers/demo/metadata/lane-00-checkpoint-a");
    for (int start = 0; start < 6; start++) {
      EmbeddedCell.start(options).close();
      assertTrue(Files.exists(checkpoint));
      if (start % 3 == 0) {
        deleteImage();
      }
    }
    try (var files = Files.newDirectoryStream(checkpoint.getParent(), "lane-*-segment-*")) {
      int segments = 0;
      for (Path segment : files) {
        assertTrue(Files.size(segment) > 0);
        segments++;
      }
      assertTrue(segments <= 4, segments + " segments of 64 MiB");
    }
  }

  private void deleteImage() throws IOException {
    Path image = directory.resolve("cell/virtual-servers/demo/image");
    try (var files = Files.newDirectoryStream(image, "*.mdb")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  @Test
  void shouldNotMakeANewVolumeWhenTheOldOneIsGone() throws IOException {
    EmbeddedCell.start(options).close();
    Path volume = directory.resolve("cell/volumes/demo.vol");
    Files.delete(volume);

    IOException refused = assertThrows(IOException.class, () -> EmbeddedCell.start(options));

    assertTrue(refused.getMessage().contains(volume + " of virtual server demo is missing"));
    assertFalse(Files.exists(volume));
  }
}
