package io.leat.wire;

import com.google.protobuf.ByteString;
import io.leat.model.VersionRange;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SetXAttr;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;

/** Servers, messages and waits for the tests of this package. */
final class Wire {
  static final String HOST = "127.0.0.1";

  /** Bound on every wait. */
  static final long WAIT_MILLIS = 20_000;

  static final Hello HELLO = WireProtocol.hello("leat-test 1", "test-host", "42");

  static {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  private Wire() {}

  static WireServer server(Function<Channel, ChannelListener> listeners) throws IOException {
    return server(100, WAIT_MILLIS, WireProtocol.VERSIONS, listeners);
  }

  static WireServer server(
      int maxConnections,
      long helloTimeoutMillis,
      VersionRange versions,
      Function<Channel, ChannelListener> listeners)
      throws IOException {
    return WireServer.start(
        new WireServerConfig(
            HOST,
            0,
            2,
            maxConnections,
            helloTimeoutMillis,
            "mds-test",
            "leat-mds 1",
            versions,
            Optional.empty()),
        listeners);
  }

  /** Answers each request with a reply of its correlation, a batch at a time. */
  static ChannelListener echo(Channel accepted) {
    return new EchoListener();
  }

  static Channel connect(WireClient client, WireServer server, ChannelListener listener)
      throws Exception {
    return client
        .connect(HOST, server.port(), HELLO, listener, WAIT_MILLIS)
        .get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  static Envelope request(long correlation) {
    return Envelope.newBuilder()
        .setCorrelation(correlation)
        .setRequest(Request.newBuilder().setUser("u"))
        .build();
  }

  static Envelope reply(long correlation) {
    return Envelope.newBuilder()
        .setCorrelation(correlation)
        .setReply(Reply.getDefaultInstance())
        .build();
  }

  /** A request that takes exactly so many bytes; at least 2 MiB. */
  static Envelope requestOf(int bytes) {
    Envelope almost = withValue(bytes - 64);
    Envelope exact = withValue(bytes - 64 + bytes - almost.getSerializedSize());
    Assertions.assertEquals(bytes, exact.getSerializedSize());
    return exact;
  }

  static byte[] frame(Envelope message) {
    return frame(message.toByteArray());
  }

  static byte[] frame(byte[] body) {
    return lengthAndBody(body.length, body);
  }

  static byte[] lengthAndBody(int length, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(length);
      out.write(body);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  static Envelope hello() {
    return Envelope.newBuilder().setHello(HELLO).build();
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        Assertions.fail("not within " + WAIT_MILLIS + " ms: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  private static Envelope withValue(int bytes) {
    SetXAttr operation =
        SetXAttr.newBuilder().setValue(ByteString.copyFrom(new byte[bytes])).build();
    return Envelope.newBuilder()
        .setCorrelation(1)
        .setRequest(Request.newBuilder().setSetXattr(operation))
        .build();
  }
}
