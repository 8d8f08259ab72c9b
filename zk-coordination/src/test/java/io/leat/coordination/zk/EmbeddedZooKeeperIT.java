package io.leat.coordination.zk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperIT {

  @TempDir private Path data;

  @Test
  void shouldNamePortWhenItIsBusy() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = busy.getLocalPort();
      IOException e =
          assertThrows(
              IOException.class,
              () -> EmbeddedZooKeeper.start(data, EmbeddedZooKeeper.DEFAULT_HOST, port));
      assertTrue(e.getMessage().contains("port " + port), e.getMessage());
    }
  }

  @Test
  void shouldNameDirectoryWhenItCannotBeUsed() throws Exception {
    Path file = Files.createFile(data.resolve("file"));
    IOException e = assertThrows(IOException.class, () -> EmbeddedZooKeeper.start(file));
    assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
  }

  @Test
  void shouldRefuseDirectoryOfAnotherServer() throws Exception {
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data)) {
      assertTrue(server.port() > 0);
      IOException e = assertThrows(IOException.class, () -> EmbeddedZooKeeper.start(data));
      assertTrue(e.getMessage().contains("in use"), e.getMessage());
    }
  }

  @Test
  void shouldLeaveNoThreadAndNoConfigurationFileWhenClosed() throws Exception {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    EmbeddedZooKeeper server = EmbeddedZooKeeper.start(data);
    assertEquals("127.0.0.1:" + server.port(), server.connectString());
    server.close();
    server.close();
    Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
    left.removeAll(before);
    assertEquals(Set.of(), left);
    try (Stream<Path> files = Files.list(data)) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".properties")));
    }
  }
}
