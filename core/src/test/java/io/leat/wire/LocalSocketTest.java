package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.wire.proto.Welcome;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which way clients of the server's own host take. */
@Timeout(60)
class LocalSocketTest {
  private static final String NEAR = "a process of this host";

  @TempDir Path directory;

  private final WireClient client = new WireClient();
  // Where each connection that the server has welcomed comes from.
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void shouldTakeLocalSocketOfServerOnThisHost() throws Exception {
    try (WireServer server = server("a", 100)) {
      Channel channel = connect(server, new RecordingListener());
      assertEquals(Wire.HOST + ":" + server.port(), channel.remote());
      Channel far = next();
      Channel near = next();
      assertTrue(far.remote().startsWith(Wire.HOST), far.remote());
      assertEquals(NEAR, near.remote());
      Wire.await("TCP is closed", () -> !far.isOpen());
      assertTrue(near.isOpen());
      channel.close("enough");
      Wire.await("the local socket is closed", () -> !near.isOpen());
    }
    assertFalse(Files.exists(socket("a")));
  }

  @Test
  void shouldCloseWithTheClient() throws Exception {
    try (WireServer server = server("a", 100)) {
      Channel channel = connect(server, new RecordingListener());
      client.close();
      assertFalse(channel.isOpen());
      next();
      Channel near = next();
      Wire.await("the server notices", () -> !near.isOpen());
    }
  }

  @Test
  void shouldTakeOverFileThatKilledServerLeft() throws Exception {
    try (ServerSocketChannel left = bind(socket("a"))) {
      assertTrue(left.isOpen());
    }
    assertTrue(Files.exists(socket("a")));
    try (WireServer server = server("a", 100)) {
      echoes(server);
      next();
      assertEquals(NEAR, next().remote());
    }
  }

  @Test
  void shouldStayWithTcpWhenFileIsGone() throws Exception {
    try (WireServer server = server("a", 100)) {
      Files.delete(socket("a"));
      echoesOverTcp(server);
    }
  }

  @Test
  void shouldStayWithTcpWhenAnotherServerListensThere() throws Exception {
    try (WireServer server = server("a", 100);
        WireServer other = server("b", 100)) {
      assertTrue(other.port() > 0);
      Files.delete(socket("a"));
      Files.createSymbolicLink(socket("a"), socket("b"));
      RecordingListener listener = new RecordingListener();
      assertTrue(connect(server, listener).isOpen());
      assertFalse(listener.closed.isDone());
      assertTrue(next().isOpen());
      Channel othersEnd = next();
      assertEquals(NEAR, othersEnd.remote());
      Wire.await("the other server's connection is closed", () -> !othersEnd.isOpen());
    }
  }

  @Test
  void shouldStayWithTcpWhenNobodyAnswersThere() throws Exception {
    try (WireServer server = server("a", 100)) {
      Files.delete(socket("a"));
      try (ServerSocketChannel mute = bind(socket("a"))) {
        assertTrue(mute.isOpen());
        echoesOverTcp(server);
      }
    }
  }

  /** Half of the attempt's time is left for TCP. */
  @Test
  void shouldStayWithTcpWhenNobodyAnswersThereAndTimeIsShort() throws Exception {
    try (WireServer server = server("a", 100)) {
      Files.delete(socket("a"));
      try (ServerSocketChannel mute = bind(socket("a"))) {
        assertTrue(mute.isOpen());
        Channel channel =
            client
                .connect(
                    Wire.HOST,
                    server.port(),
                    Wire.HELLO,
                    new RecordingListener(),
                    WireClient.LOCAL_MILLIS_MAX)
                .get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
        assertTrue(channel.isOpen());
      }
    }
  }

  /** A second start by mistake fails for the port and leaves the file alone. */
  @Test
  void shouldLeaveFileToWhoHasThePort() throws Exception {
    try (WireServer server = server("a", 100)) {
      assertThrows(BindException.class, () -> server(directory, "a", 100, server.port()).close());
      echoes(server);
      next();
      assertEquals(NEAR, next().remote());
    }
  }

  @Test
  void shouldStayWithTcpWhenServerHasNoRoomForBoth() throws Exception {
    try (WireServer server = server("a", 1)) {
      echoesOverTcp(server);
    }
  }

  @Test
  void shouldEndBothWhenCancelledBetweenThem() throws Exception {
    try (WireServer server = server("a", 100)) {
      Files.delete(socket("a"));
      try (ServerSocketChannel mute = bind(socket("a"))) {
        assertTrue(mute.isOpen());
        CompletableFuture<Channel> connecting =
            client.connect(
                Wire.HOST, server.port(), Wire.HELLO, new RecordingListener(), Wire.WAIT_MILLIS);
        Channel far = next();
        connecting.cancel(true);
        Wire.await("TCP is closed", () -> !far.isOpen());
        assertThrows(CancellationException.class, connecting::join);
      }
    }
  }

  @Test
  void shouldServeTcpAloneWhenPathIsTooLong() throws Exception {
    Path deep = directory.resolve("d".repeat(LocalSocket.PATH_BYTES_MAX));
    Files.createDirectory(deep);
    try (WireServer server = server(deep, "a", 100)) {
      echoesOverTcp(server);
    }
    try (var files = Files.list(deep)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void shouldOfferNoFileElsewhere() {
    assertEquals(Optional.empty(), LocalSocket.of(directory, "a/../../b"));
    assertEquals(Optional.of(socket("a b")), LocalSocket.of(directory, "a b"));
  }

  @Test
  void shouldOpenNothingButSocketsOfLeat() {
    assertEquals(Optional.of(Path.of("/x/leat-a.sock")), offered("/x/leat-a.sock"));
    for (String other :
        new String[] {"", "x/leat-a.sock", "/x/docker.sock", "/x/leat-a", "/", "/x/leat-\0.sock"}) {
      assertEquals(Optional.empty(), offered(other), other);
    }
  }

  private static Optional<Path> offered(String path) {
    return LocalSocket.offered(Welcome.newBuilder().setLocalSocket(path).build());
  }

  private Path socket(String name) {
    return directory.resolve("leat-" + name + ".sock");
  }

  private static ServerSocketChannel bind(Path socket) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket));
  }

  private WireServer server(String name, int maxConnections) throws IOException {
    return server(directory, name, maxConnections);
  }

  private WireServer server(Path place, String name, int maxConnections) throws IOException {
    return server(place, name, maxConnections, 0);
  }

  private WireServer server(Path place, String name, int maxConnections, int port)
      throws IOException {
    return WireServer.start(
        new WireServerConfig(
            Wire.HOST,
            port,
            2,
            maxConnections,
            Wire.WAIT_MILLIS,
            name,
            "leat-mds 1",
            WireProtocol.VERSIONS,
            Optional.of(place)),
        channel -> {
          accepted.add(channel);
          return Wire.echo(channel);
        });
  }

  private Channel next() throws InterruptedException {
    Channel channel = accepted.poll(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
    Assertions.assertNotNull(channel, "no further connection");
    return channel;
  }

  private void echoes(WireServer server) throws Exception {
    assertTrue(connect(server, new RecordingListener()).isOpen());
  }

  private Channel connect(WireServer server, RecordingListener listener) throws Exception {
    Channel channel = Wire.connect(client, server, listener);
    channel.send(Wire.request(7));
    assertEquals(Wire.reply(7), listener.next());
    return channel;
  }

  private void echoesOverTcp(WireServer server) throws Exception {
    echoes(server);
    Channel far = next();
    assertTrue(far.remote().startsWith(Wire.HOST), far.remote());
    assertTrue(far.isOpen());
    assertTrue(accepted.isEmpty());
  }
}
