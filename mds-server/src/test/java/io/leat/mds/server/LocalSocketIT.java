package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.leat.client.LeatClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client on the server's host is connected through the socket file beside the image. */
class LocalSocketIT {

  @TempDir Path directory;

  @Test
  void shouldServeClientOfThisHostThroughSocketFile() throws Exception {
    try (FaultCell cell = new FaultCell(directory)) {
      TestAttributes attributes = new TestAttributes();
      Path socket = cell.images().resolve("leat-mds1.sock");
      for (int start = 0; start < 2; start++) {
        cell.start();
        assertEquals(1, sockets(socket), "the one that listens");
        try (LeatClient client = cell.client()) {
          attributes.write(client, 0, start);
          assertEquals(2, sockets(socket), "and the client's");
        }
        cell.stop();
        assertFalse(Files.exists(socket));
      }
    }
  }

  /** The kernel names the file for the one that listens and for each that it has accepted. */
  private static long sockets(Path socket) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/net/unix"))) {
      return lines.filter(line -> line.endsWith(" " + socket)).count();
    }
  }
}
