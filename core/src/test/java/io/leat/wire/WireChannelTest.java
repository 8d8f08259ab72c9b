package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.wire.proto.Envelope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireChannelTest {
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
  void shouldIntroduceBothSidesWhenVersionsMatch() throws Exception {
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    try (WireServer server = Wire.server(channel -> record(accepted, channel))) {
      Channel channel = Wire.connect(client, server, heard);
      Channel served = accepted.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assertEquals("mds-test", channel.welcome().getMds());
      assertEquals(WireProtocol.PROTOCOL_VERSION, channel.welcome().getVersion());
      assertEquals(Wire.HOST + ":" + server.port(), channel.remote());
      assertEquals(Wire.HELLO, served.hello());
      assertEquals(channel.welcome(), served.welcome());
      assertTrue(channel.isOpen());
    }
  }

  @Test
  void shouldKeepEachSendersOrderWhenEightThreadsPipeline() throws Exception {
    int threads = 8;
    int each = 5_000;
    RecordingListener atServer = new RecordingListener();
    try (WireServer server = Wire.server(channel -> new Both(atServer, new EchoListener()))) {
      Channel channel = Wire.connect(client, server, heard);
      List<Thread> senders = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long first = 1L + (long) t * each;
        senders.add(new Thread(() -> sendRange(channel, first, each)));
      }
      senders.forEach(Thread::start);
      Wire.await("all replies", () -> heard.messages.size() == threads * each);
    }
    assertOrderPerSender(heard, threads, each);
    assertTrue(atServer.batches.get() <= threads * each);
    assertTrue(atServer.batches.get() > 0);
  }

  @Test
  void shouldSendAllInOrderWhenGivenAList() throws Exception {
    try (WireServer server = Wire.server(Wire::echo)) {
      Channel channel = Wire.connect(client, server, heard);
      channel.sendAll(List.of(Wire.request(3), Wire.request(1), Wire.request(2)));
      assertEquals(3, heard.next().getCorrelation());
      assertEquals(1, heard.next().getCorrelation());
      assertEquals(2, heard.next().getCorrelation());
    }
  }

  @Test
  void shouldCarryLargestMessageWhenItIsExactlyAtTheBound() throws Exception {
    RecordingListener atServer = new RecordingListener();
    Envelope largest = Wire.requestOf(WireProtocol.MAX_FRAME_BYTES);
    try (WireServer server = Wire.server(channel -> atServer)) {
      Wire.connect(client, server, heard).send(largest);
      assertEquals(largest, atServer.next());
    }
  }

  @Test
  void shouldStayOpenWhenMessageAboveTheBoundIsSent() throws Exception {
    Envelope tooLarge = Wire.requestOf(WireProtocol.MAX_FRAME_BYTES + 1);
    try (WireServer server = Wire.server(Wire::echo)) {
      Channel channel = Wire.connect(client, server, heard);
      assertThrows(IllegalArgumentException.class, () -> channel.send(tooLarge));
      List<Envelope> mixed = List.of(Wire.request(1), tooLarge, Wire.request(2));
      assertThrows(IllegalArgumentException.class, () -> channel.sendAll(mixed));
      channel.send(Wire.request(3));
      assertEquals(1, heard.next().getCorrelation());
      assertEquals(3, heard.next().getCorrelation());
    }
  }

  @Test
  void shouldCountTheSameBytesWhenBothSidesAreAsked() throws Exception {
    try (WireServer server = Wire.server(Wire::echo)) {
      Channel channel = Wire.connect(client, server, heard);
      sendRange(channel, 1, 1_000);
      Wire.await("all replies", () -> heard.messages.size() == 1_000);
      long out = Wire.frame(Wire.hello()).length;
      long in = Wire.frame(Envelope.newBuilder().setWelcome(channel.welcome()).build()).length;
      for (int i = 1; i <= 1_000; i++) {
        out += Wire.frame(Wire.request(i)).length;
        in += Wire.frame(Wire.reply(i)).length;
      }
      long expectedIn = in;
      assertEquals(out, server.bytesReceived());
      assertEquals(out, client.bytesSent());
      assertEquals(in, client.bytesReceived());
      // Counted just after the socket took them, so perhaps after they arrived.
      Wire.await("sent bytes", () -> server.bytesSent() == expectedIn);
    }
  }

  @Test
  void shouldDeliverNothingWhenReadingIsPausedUntilResumed() throws Exception {
    RecordingListener atServer = new RecordingListener();
    CompletableFuture<Channel> accepted = new CompletableFuture<>();
    try (WireServer server =
        Wire.server(
            channel -> {
              if (!accepted.complete(channel)) {
                return new EchoListener();
              }
              channel.pauseReading();
              return atServer;
            })) {
      Channel channel = Wire.connect(client, server, heard);
      Envelope large = Wire.requestOf(4 << 20);
      channel.sendAll(Collections.nCopies(12, large));
      Wire.await("bytes on their way", () -> client.bytesSent() > 1 << 20);
      roundTrips(server, 100);
      assertNull(atServer.messages.peek());
      assertTrue(server.bytesReceived() < 4 << 20);
      accepted.get().resumeReading();
      Wire.await("all messages", () -> atServer.messages.size() == 12);
    }
  }

  @Test
  void shouldTellBothListenersOnceWhenOneSideCloses() throws Exception {
    RecordingListener atServer = new RecordingListener();
    try (WireServer server = Wire.server(channel -> atServer)) {
      Channel channel = Wire.connect(client, server, heard);
      channel.close("enough");
      channel.close("again");
      assertFalse(channel.isOpen());
      assertEquals("enough", heard.closed.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS));
      assertEquals(
          "closed by the peer", atServer.closed.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS));
      channel.send(Wire.request(1));
      assertNull(atServer.messages.peek());
    }
    assertEquals(List.of(), log.lines(Level.WARN, ""));
    assertEquals(List.of(), log.lines(Level.ERROR, ""));
  }

  @Test
  void shouldTellReasonWhenServerOrClientIsClosed() throws Exception {
    RecordingListener atServer = new RecordingListener();
    RecordingListener second = new RecordingListener();
    WireServer server = Wire.server(channel -> atServer);
    Channel channel = Wire.connect(client, server, heard);
    server.close();
    assertEquals("the server is shutting down", atServer.closed.getNow(null));
    assertEquals("closed by the peer", heard.closed.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS));
    assertFalse(channel.isOpen());
    try (WireServer next = Wire.server(Wire::echo)) {
      Wire.connect(client, next, second);
      client.close();
      assertEquals("the client is closed", second.closed.getNow(null));
    }
  }

  /** Time for a server that reads what it should not. */
  private void roundTrips(WireServer server, int count) throws Exception {
    Channel other = Wire.connect(client, server, heard);
    for (int i = 0; i < count; i++) {
      other.send(Wire.request(1));
      assertEquals(1, heard.next().getCorrelation());
    }
  }

  private static ChannelListener record(CompletableFuture<Channel> accepted, Channel channel) {
    accepted.complete(channel);
    return new RecordingListener();
  }

  private static void sendRange(Channel channel, long first, int count) {
    for (long correlation = first; correlation < first + count; correlation++) {
      channel.send(Wire.request(correlation));
    }
  }

  private static void assertOrderPerSender(RecordingListener heard, int threads, int each) {
    long[] next = new long[threads];
    for (Envelope reply : heard.messages) {
      int sender = (int) ((reply.getCorrelation() - 1) / each);
      assertEquals(next[sender], (reply.getCorrelation() - 1) % each, "of sender " + sender);
      next[sender]++;
    }
    for (long count : next) {
      assertEquals(each, count);
    }
  }

  /** Passes each call on to both. */
  private record Both(ChannelListener first, ChannelListener second) implements ChannelListener {
    @Override
    public void onMessage(Channel channel, Envelope message) {
      first.onMessage(channel, message);
      second.onMessage(channel, message);
    }

    @Override
    public void onBatchEnd(Channel channel) {
      first.onBatchEnd(channel);
      second.onBatchEnd(channel);
    }

    @Override
    public void onClosed(Channel channel, String reason) {
      first.onClosed(channel, reason);
      second.onClosed(channel, reason);
    }
  }
}
