package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Welcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WireClientTest {
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
  void shouldSaySoWhenConnectionIsRefused() throws Exception {
    int port;
    try (WireServer server = Wire.server(Wire::echo)) {
      port = server.port();
    }
    IOException failure = failure(Wire.HOST, port, Wire.WAIT_MILLIS);
    assertInstanceOf(ConnectException.class, failure);
    assertTrue(failure.getMessage().contains(Wire.HOST + ":" + port), failure.getMessage());
    assertTrue(failure.getMessage().contains("refused"), failure.getMessage());
  }

  @Test
  void shouldSaySoWhenHostIsUnknown() {
    IOException failure = failure("no-such-host.invalid", 1, Wire.WAIT_MILLIS);
    assertInstanceOf(UnknownHostException.class, failure);
    assertEquals("unknown host no-such-host.invalid", failure.getMessage());
  }

  @Test
  void shouldSayNotLeatWhenServerSpeaksHttp() throws Exception {
    assertNotLeat("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertNotLeat(Wire.frame(Wire.reply(1)));
    assertNotLeat(Wire.frame(new byte[] {7, 7, 7}));
    assertNotLeat(Wire.frame(Wire.hello()));
  }

  @Test
  void shouldTimeOutWhenServerSaysNothing() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new byte[0], false)) {
      IOException failure = failure(Wire.HOST, server.port(), 200);
      assertInstanceOf(SocketTimeoutException.class, failure);
      assertTrue(failure.getMessage().contains("no Welcome within 200 ms"), failure.getMessage());
      assertTrue(failure.getMessage().contains(Wire.HOST + ":" + server.port()));
      // It does not leave the connection behind.
      server.awaitEndOfClient();
    }
  }

  @Test
  void shouldSaySoWhenServerClosesAtOnce() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new byte[0], true)) {
      IOException failure = failure(Wire.HOST, server.port(), Wire.WAIT_MILLIS);
      assertTrue(failure.getMessage().contains("before its Welcome"), failure.getMessage());
    }
  }

  @Test
  void shouldFailWhenServerChoosesVersionNotOffered() throws Exception {
    Welcome welcome = Welcome.newBuilder().setVersion(9).setMds("m").setSoftware("s").build();
    byte[] bytes = Wire.frame(Envelope.newBuilder().setWelcome(welcome).build());
    try (ScriptedServer server = new ScriptedServer(bytes, false)) {
      LeatException failure =
          assertInstanceOf(
              LeatException.class, failure(Wire.HOST, server.port(), Wire.WAIT_MILLIS));
      assertEquals(ErrorCode.VERSION_MISMATCH, failure.code());
      assertTrue(failure.getMessage().contains("version 9"), failure.getMessage());
    }
  }

  @Test
  void shouldCloseConnectionWhenServerSendsRequestAfterWelcome() throws Exception {
    Welcome welcome = Welcome.newBuilder().setVersion(1).setMds("m").setSoftware("s").build();
    byte[] first = Wire.frame(Envelope.newBuilder().setWelcome(welcome).build());
    byte[] second = Wire.frame(Wire.request(1));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    try (ScriptedServer server = new ScriptedServer(both, false)) {
      Channel channel =
          client
              .connect(Wire.HOST, server.port(), Wire.HELLO, heard, Wire.WAIT_MILLIS)
              .get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      heard.closed.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assertFalse(channel.isOpen());
      assertEquals(1, log.lines(Level.WARN, channel.remote()).size());
    }
  }

  @Test
  void shouldEndConnectionWhenFutureIsCancelled() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new byte[0], false)) {
      CompletableFuture<Channel> attempt =
          client.connect(Wire.HOST, server.port(), Wire.HELLO, heard, Wire.WAIT_MILLIS);
      server.awaitHello();
      attempt.cancel(false);
      server.awaitEndOfClient();
    }
    assertFalse(heard.closed.isDone());
  }

  @Test
  void shouldFailAttemptWhenClientIsClosed() throws Exception {
    try (ScriptedServer server = new ScriptedServer(new byte[0], false)) {
      CompletableFuture<Channel> attempt =
          client.connect(Wire.HOST, server.port(), Wire.HELLO, heard, Wire.WAIT_MILLIS);
      server.awaitHello();
      client.close();
      ExecutionException failed =
          assertThrows(
              ExecutionException.class, () -> attempt.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS));
      assertTrue(failed.getMessage().contains("the client is closed"), failed.getMessage());
    }
  }

  private void assertNotLeat(byte[] answer) throws Exception {
    try (ScriptedServer server = new ScriptedServer(answer, false)) {
      IOException failure = failure(Wire.HOST, server.port(), Wire.WAIT_MILLIS);
      String expected = Wire.HOST + ":" + server.port() + " does not speak Leat's protocol";
      assertTrue(failure.getMessage().startsWith(expected), failure.getMessage());
      server.awaitEndOfClient();
    }
  }

  private IOException failure(String host, int port, long timeoutMillis) {
    ExecutionException failed =
        assertThrows(
            ExecutionException.class,
            () ->
                client
                    .connect(host, port, Wire.HELLO, heard, timeoutMillis)
                    .get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS));
    return assertInstanceOf(IOException.class, failed.getCause());
  }
}
