package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.model.VersionRange;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.XAttr;
import io.leat.wire.proto.XAttrs;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireServerTest {
  private final CapturedLog log = CapturedLog.ofWire();
  private final RecordingListener heard = new RecordingListener();
  private WireClient client;

  @BeforeEach
  void openClient() {
    client = new WireClient();
  }

  @AfterEach
  void closeClient() {
    client.close();
    log.close();
  }

  @Test
  void shouldNameHostPortAndKeyWhenPortIsBusy() throws Exception {
    try (WireServer server = Wire.server(Wire::echo)) {
      WireServerConfig same =
          WireServerConfig.of(Wire.HOST, server.port(), 1, "b", "leat-mds 1", Optional.empty());
      BindException busy =
          assertThrows(BindException.class, () -> WireServer.start(same, Wire::echo));
      assertTrue(busy.getMessage().contains(Wire.HOST + ":" + server.port()), busy.getMessage());
      assertTrue(busy.getMessage().contains("leat.mds.port"), busy.getMessage());
    }
  }

  @Test
  void shouldNameHostWhenItCannotBeBound() {
    WireServerConfig unknown =
        WireServerConfig.of("no-such-host.invalid", 0, 1, "b", "s", Optional.empty());
    assertThrows(UnknownHostException.class, () -> WireServer.start(unknown, Wire::echo));
    WireServerConfig foreign = WireServerConfig.of("192.0.2.1", 0, 1, "b", "s", Optional.empty());
    BindException e =
        assertThrows(BindException.class, () -> WireServer.start(foreign, Wire::echo));
    assertTrue(e.getMessage().contains("192.0.2.1"), e.getMessage());
  }

  @Test
  void shouldLeaveNoThreadsWhenServerAndClientAreClosed() throws Exception {
    WireServer server = Wire.server(Wire::echo);
    Channel channel = Wire.connect(client, server, heard);
    channel.send(Wire.request(1));
    assertEquals(1, heard.next().getCorrelation());
    server.close();
    server.close();
    client.close();
    client.close();
    Wire.await("end of threads", () -> wireThreads().isEmpty());
    ExecutionException late =
        assertThrows(
            ExecutionException.class,
            () -> client.connect(Wire.HOST, 1, Wire.HELLO, heard, 1_000).get());
    assertTrue(late.getCause() instanceof IOException, late.toString());
    assertEquals(List.of(), wireThreads());
  }

  @Test
  void shouldCountEveryByteWhenPeerIsRaw() throws Exception {
    byte[] hello = Wire.frame(Wire.hello());
    byte[] request = Wire.frame(Wire.request(9));
    try (WireServer server = Wire.server(Wire::echo);
        RawPeer peer = new RawPeer(server)) {
      peer.send(hello);
      Envelope welcome = peer.read();
      peer.send(request);
      Envelope reply = peer.read();
      long sent = (long) Wire.frame(welcome).length + Wire.frame(reply).length;
      Wire.await("sent bytes", () -> server.bytesSent() == sent);
      assertEquals((long) hello.length + request.length, server.bytesReceived());
      peer.send("rest".getBytes(StandardCharsets.US_ASCII));
      peer.endOutput();
      peer.awaitEnd();
      assertEquals((long) hello.length + request.length + 4, server.bytesReceived());
    }
  }

  @Test
  void shouldRefuseInWordsWhenConnectionsAreInUse() throws Exception {
    try (WireServer server = Wire.server(2, Wire.WAIT_MILLIS, WireProtocol.VERSIONS, Wire::echo)) {
      Channel first = Wire.connect(client, server, heard);
      Wire.connect(client, server, new RecordingListener());
      LeatException refused = refusal(server, Wire.HELLO);
      assertEquals(ErrorCode.OVERLOADED, refused.code());
      assertTrue(refused.getMessage().contains("2 connections"), refused.getMessage());
      assertEquals(1, log.lines(Level.WARN, "Refusing").size());
      first.close("make room");
      Wire.await("room for another", () -> connects(server));
    }
  }

  @Test
  void shouldCloseAtOnceWhenManyAreBeingRefused() throws Exception {
    List<RawPeer> silent = new ArrayList<>();
    try (WireServer server = Wire.server(1, Wire.WAIT_MILLIS, WireProtocol.VERSIONS, Wire::echo)) {
      for (int i = 0; i < 1 + ConnectionTable.MAX_BEING_REFUSED + 1; i++) {
        silent.add(new RawPeer(server));
      }
      // Two loops serve them, so it need not be the last one.
      Wire.await("one line", () -> log.lines(Level.WARN, "in use").size() == 1);
      String line = log.lines(Level.WARN, "in use").get(0);
      List<RawPeer> named =
          silent.stream().filter(peer -> line.contains(peer.name() + ":")).toList();
      assertEquals(1, named.size(), line);
      named.get(0).awaitEnd();
    } finally {
      for (RawPeer peer : silent) {
        peer.close();
      }
    }
  }

  @Test
  void shouldCloseConnectionWhenHelloIsLate() throws Exception {
    try (WireServer server = Wire.server(2, 50, WireProtocol.VERSIONS, Wire::echo);
        RawPeer silent = new RawPeer(server)) {
      silent.awaitEnd();
      Wire.await("line", () -> log.lines(Level.WARN, silent.name()).size() == 1);
      assertTrue(log.lines(Level.WARN, silent.name()).get(0).contains("no Hello within 50 ms"));
    }
  }

  @Test
  void shouldKeepConnectionWhenHelloWasInTime() throws Exception {
    try (WireServer server = Wire.server(2, 500, WireProtocol.VERSIONS, Wire::echo)) {
      Channel inTime = Wire.connect(client, server, heard);
      try (RawPeer silent = new RawPeer(server)) {
        // It came later, so when its time is over the other's is too.
        silent.awaitEnd();
      }
      inTime.send(Wire.request(1));
      assertEquals(1, heard.next().getCorrelation());
    }
  }

  @Test
  void shouldNameBothSidesWhenVersionsAreApart() throws Exception {
    VersionRange middle = new VersionRange(3, 4);
    try (WireServer server = Wire.server(9, Wire.WAIT_MILLIS, middle, Wire::echo)) {
      for (VersionRange theirs : List.of(new VersionRange(1, 2), new VersionRange(5, 6))) {
        LeatException refused = refusal(server, speaking(theirs));
        assertEquals(ErrorCode.VERSION_MISMATCH, refused.code());
        String text = refused.getMessage();
        for (String part :
            List.of("mds-test", "leat-mds 1", "leat-test 1", "" + middle, "" + theirs)) {
          assertTrue(text.contains(part), text);
        }
        assertEquals(1, log.lines(Level.WARN, text).size());
      }
    }
  }

  @Test
  void shouldChooseNewestCommonVersionWhenClientIsNewerOrOlder() throws Exception {
    VersionRange middle = new VersionRange(3, 4);
    try (WireServer server = Wire.server(9, Wire.WAIT_MILLIS, middle, Wire::echo)) {
      assertEquals(3, connect(server, speaking(new VersionRange(1, 3))).welcome().getVersion());
      assertEquals(4, connect(server, speaking(new VersionRange(3, 9))).welcome().getVersion());
    }
  }

  @Test
  void shouldLoseOnlyThatConnectionWhenListenerThrows() throws Exception {
    RecordingListener victim = new RecordingListener();
    try (WireServer server = Wire.server(channel -> new FailingListener())) {
      Channel healthy = Wire.connect(client, server, heard);
      Channel failing = Wire.connect(client, server, victim);
      failing.send(Wire.request(FailingListener.POISON));
      victim.closed.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      healthy.send(Wire.request(1));
      assertEquals(1, heard.next().getCorrelation());
      Wire.await("line", () -> log.lines(Level.ERROR, "onMessage").size() == 1);
      assertEquals(List.of(), log.lines(Level.ERROR, "LEAK"));
      assertTrue(log.lines(Level.ERROR, "onMessage").get(0).contains(Wire.HOST));
    }
  }

  @Test
  void shouldLoseOnlyThatConnectionWhenListenerCannotBeMade() throws Exception {
    try (WireServer server =
        Wire.server(
            channel -> {
              throw new IllegalStateException("no listener today");
            })) {
      assertThrows(ExecutionException.class, () -> Wire.connect(client, server, heard));
      Wire.await("line", () -> log.lines(Level.ERROR, "listener").size() == 1);
    }
  }

  @Test
  void shouldCloseOnlySlowReaderWhenItsQueueIsFull() throws Exception {
    List<Envelope> flood =
        Collections.nCopies(100, Envelope.newBuilder().setReply(largeReply()).build());
    try (WireServer server = Wire.server(channel -> new FloodingListener(flood));
        RawPeer slow = RawPeer.introduced(server)) {
      Channel healthy = Wire.connect(client, server, heard);
      slow.send(Wire.frame(Wire.request(FloodingListener.FLOOD)));
      Wire.await("overflow", () -> log.lines(Level.WARN, slow.name()).size() == 1);
      healthy.send(Wire.request(1));
      assertEquals(1, heard.next().getCorrelation());
      slow.awaitEnd();
      assertEquals(1, log.lines(Level.WARN, "").size());
    }
  }

  private boolean connects(WireServer server) {
    return client
        .connect(Wire.HOST, server.port(), Wire.HELLO, new RecordingListener(), Wire.WAIT_MILLIS)
        .handle((channel, failure) -> failure == null)
        .join();
  }

  private Channel connect(WireServer server, Hello hello) throws Exception {
    return client
        .connect(Wire.HOST, server.port(), hello, heard, Wire.WAIT_MILLIS)
        .get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private LeatException refusal(WireServer server, Hello hello) {
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> connect(server, hello));
    return (LeatException) failed.getCause();
  }

  private static Hello speaking(VersionRange versions) {
    return Wire.HELLO.toBuilder()
        .setVersionMin(versions.min())
        .setVersionMax(versions.max())
        .build();
  }

  private static List<String> wireThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("leat-wire-"))
        .toList();
  }

  private static Reply largeReply() {
    XAttr large = XAttr.newBuilder().setValue(ByteString.copyFrom(new byte[1 << 20])).build();
    return Reply.newBuilder().setXattrs(XAttrs.newBuilder().addEntries(large)).build();
  }

  /** Answers all but one request, at which it breaks. */
  private static final class FailingListener implements ChannelListener {
    static final long POISON = 666;

    @Override
    public void onMessage(Channel channel, Envelope message) {
      if (message.getCorrelation() == POISON) {
        throw new IllegalStateException("poisoned");
      }
      channel.send(Wire.reply(message.getCorrelation()));
    }

    @Override
    public void onClosed(Channel channel, String reason) {
      throw new IllegalStateException("cannot even close");
    }
  }

  /** Answers one request with very much. */
  private static final class FloodingListener implements ChannelListener {
    static final long FLOOD = 777;
    private final List<Envelope> flood;

    FloodingListener(List<Envelope> flood) {
      this.flood = flood;
    }

    @Override
    public void onMessage(Channel channel, Envelope message) {
      if (message.getCorrelation() == FLOOD) {
        channel.sendAll(flood);
      } else {
        channel.send(Wire.reply(message.getCorrelation()));
      }
    }

    @Override
    public void onClosed(Channel channel, String reason) {}
  }
}
