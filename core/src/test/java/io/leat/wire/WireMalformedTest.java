package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.UnknownFieldSet;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever one peer sends, another one's connection goes on. */
@Timeout(120)
class WireMalformedTest {
  private static final int LARGE_BYTES = 20_000;

  /** A tag: a group ends that has not begun. */
  private static final byte END_OF_GROUP = 0x0c;

  private static final int FUZZED_CONNECTIONS = 2_000;

  private final CapturedLog log = CapturedLog.ofWire();
  private final RecordingListener heard = new RecordingListener();
  private WireServer server;
  private WireClient client;
  private Channel healthy;
  private long correlation;

  @BeforeEach
  void start() throws Exception {
    server = Wire.server(8, Wire.WAIT_MILLIS, WireProtocol.VERSIONS, Wire::echo);
    client = new WireClient();
    healthy = Wire.connect(client, server, heard);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    log.close();
  }

  @Test
  void shouldCloseConnectionWhenFirstBytesAreNotOurs() throws Exception {
    assertClosedAsStranger(
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "frame of");
    assertClosedAsStranger(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, "frame of");
    assertClosedAsStranger(new byte[4], "frame of 0 bytes");
    assertClosedAsStranger(Wire.lengthAndBody(-1, new byte[0]), "frame of 4294967295 bytes");
    assertClosedAsStranger(
        Wire.lengthAndBody(WireProtocol.MAX_HANDSHAKE_BYTES + 1, new byte[0]), "frame of 65537");
    assertClosedAsStranger(Wire.frame(new byte[] {7, 7, 7, 7}), "malformed message");
  }

  @Test
  void shouldCloseConnectionWhenHandshakeIsWrong() throws Exception {
    assertClosedAsStranger(Wire.frame(Wire.request(1)), "not a Hello: REQUEST");
    assertClosedAsStranger(
        Wire.frame(Envelope.newBuilder().setCorrelation(1).build()), "not a Hello: BODY_NOT_SET");
    assertClosedAsStranger(hello(Wire.HELLO.toBuilder().setMagic(0xcafe)), "magic number 0xcafe");
    assertClosedAsStranger(hello(Wire.HELLO.toBuilder().setVersionMin(0)), "versions 0 to 1");
    assertClosedAsStranger(hello(Wire.HELLO.toBuilder().setVersionMin(5)), "versions 5 to 1");
    assertClosedAsStranger(hello(Wire.HELLO.toBuilder().setVersionMax(-1)), "versions 1 to -1");
  }

  @Test
  void shouldCloseConnectionWhenMessageIsNotAllowed() throws Exception {
    assertClosedAfterHello(Wire.frame(Wire.hello()), "not a request: HELLO");
    assertClosedAfterHello(Wire.frame(Wire.reply(1)), "not a request: REPLY");
    assertClosedAfterHello(
        Wire.frame(Envelope.newBuilder().setCorrelation(1).build()), "not a request: BODY_NOT_SET");
    assertClosedAfterHello(Wire.frame(Wire.request(0)), "correlation 0");
    assertClosedAfterHello(new byte[4], "frame of 0 bytes");
    assertClosedAfterHello(
        Wire.lengthAndBody(WireProtocol.MAX_FRAME_BYTES + 1, new byte[0]), "frame of 16777217");
    assertClosedAfterHello(Wire.frame(new byte[] {(byte) 0xff}), "malformed message");
    byte[] large = new byte[LARGE_BYTES];
    Arrays.fill(large, (byte) 0xff);
    assertClosedAfterHello(Wire.frame(large), "malformed message");
    byte[] request = large(5).toByteArray();
    byte[] ended = Arrays.copyOf(request, request.length + 1);
    ended[request.length] = END_OF_GROUP;
    assertClosedAfterHello(Wire.frame(ended), "malformed message");
  }

  /** A large message shares the bytes of its frame. */
  @Test
  void shouldUnderstandALargeMessageAtOnceOrInParts() throws Exception {
    Envelope sent = large(5);
    try (RawPeer peer = RawPeer.introduced(server)) {
      peer.send(Wire.frame(sent));
      byte[] frame = Wire.frame(sent);
      peer.send(Arrays.copyOf(frame, 7));
      peer.send(Arrays.copyOfRange(frame, 7, frame.length));

      assertEquals(5, peer.read().getCorrelation());
      assertEquals(5, peer.read().getCorrelation());
    }
  }

  private static Envelope large(long correlation) {
    Request request = Request.newBuilder().setUser("u".repeat(LARGE_BYTES)).build();
    return Wire.request(correlation).toBuilder().setRequest(request).build();
  }

  @Test
  void shouldAnswerWhatCameBeforeTheBadMessage() throws Exception {
    try (RawPeer peer = RawPeer.introduced(server)) {
      peer.send(Wire.frame(Wire.request(5)));
      assertEquals(5, peer.read().getCorrelation());
      peer.send(new byte[4]);
      peer.awaitEnd();
    }
  }

  @Test
  void shouldEndQuietlyWhenPeerLeavesWithinAFrame() throws Exception {
    byte[] frame = Wire.frame(Wire.request(1));
    try (RawPeer peer = RawPeer.introduced(server)) {
      peer.send(Arrays.copyOf(frame, frame.length - 1));
      peer.endOutput();
      peer.awaitEnd();
    }
    assertHealthy();
    assertEquals(List.of(), log.lines(Level.WARN, ""));
  }

  @Test
  void shouldUnderstandFramesWhenTheyArriveByteByByte() throws Exception {
    try (RawPeer peer = RawPeer.introduced(server)) {
      for (byte one : Wire.frame(Wire.request(5))) {
        peer.send(new byte[] {one});
      }
      assertEquals(5, peer.read().getCorrelation());
    }
  }

  @Test
  void shouldIgnoreFieldsWhenTheyAreUnknown() throws Exception {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(9_999, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    Hello hello = Wire.HELLO.toBuilder().setUnknownFields(newer).build();
    Request request = Request.newBuilder().setUnknownFields(newer).build();
    try (RawPeer peer = new RawPeer(server)) {
      peer.send(Wire.frame(Envelope.newBuilder().setHello(hello).setUnknownFields(newer).build()));
      assertEquals(WireProtocol.PROTOCOL_VERSION, peer.read().getWelcome().getVersion());
      peer.send(
          Wire.frame(
              Wire.request(5).toBuilder().setRequest(request).setUnknownFields(newer).build()));
      assertEquals(5, peer.read().getCorrelation());
    }
  }

  @Test
  void shouldKeepServingWhenManyPeersSendGarbage() throws Exception {
    long seed = 20_261_120;
    Random random = new Random(seed);
    for (int i = 0; i < FUZZED_CONNECTIONS; i++) {
      fuzzOne(random);
      if (i % 100 == 0) {
        assertHealthy();
      }
    }
    assertHealthy();
    // Had any of them kept its place, there would be none left.
    try (RawPeer peer = RawPeer.introduced(server)) {
      peer.send(Wire.frame(Wire.request(5)));
      assertEquals(5, peer.read().getCorrelation());
    }
    // Netty reports a buffer that was lost when it is collected and another one is taken.
    System.gc();
    assertHealthy();
    assertEquals(List.of(), log.lines(Level.ERROR, ""), "seed " + seed);
  }

  private void fuzzOne(Random random) throws Exception {
    try (RawPeer peer = new RawPeer(server)) {
      if (random.nextBoolean()) {
        peer.send(Wire.frame(Wire.hello()));
      }
      try {
        for (int frames = 1 + random.nextInt(3); frames > 0; frames--) {
          peer.send(garbage(random));
        }
        peer.endOutput();
      } catch (IOException e) {
        // It may have been closed already; that is what it sends garbage for.
        assertTrue(e.getMessage() != null, "no message");
      }
      peer.awaitEnd();
    }
  }

  private static byte[] garbage(Random random) {
    byte[] valid =
        Wire.frame(random.nextBoolean() ? Wire.request(1 + random.nextInt(9)) : Wire.hello());
    byte[] noise = new byte[1 + random.nextInt(200)];
    random.nextBytes(noise);
    return switch (random.nextInt(4)) {
      case 0 -> noise;
      case 1 -> Wire.frame(noise);
      case 2 -> Arrays.copyOf(valid, 1 + random.nextInt(valid.length));
      default -> flipped(valid, random);
    };
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] hello(Hello.Builder hello) {
    return Wire.frame(Envelope.newBuilder().setHello(hello).build());
  }

  private void assertClosedAsStranger(byte[] bytes, String why) throws Exception {
    try (RawPeer peer = new RawPeer(server)) {
      assertClosed(peer, bytes, why);
    }
  }

  private void assertClosedAfterHello(byte[] bytes, String why) throws Exception {
    try (RawPeer peer = RawPeer.introduced(server)) {
      assertClosed(peer, bytes, why);
    }
  }

  private void assertClosed(RawPeer peer, byte[] bytes, String why) throws Exception {
    peer.send(bytes);
    peer.awaitEnd();
    Wire.await(why, () -> !log.lines(Level.WARN, peer.name()).isEmpty());
    assertHealthy();
    List<String> lines = log.lines(Level.WARN, peer.name());
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains(why), lines.toString());
  }

  private void assertHealthy() throws InterruptedException {
    healthy.send(Wire.request(++correlation));
    assertEquals(correlation, heard.next().getCorrelation());
  }
}
