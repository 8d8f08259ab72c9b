package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.leat.client.ClientConfig;
import io.leat.client.ClientNamespace;
import io.leat.client.ClientNamespace.CreateOptions;
import io.leat.client.FileReader;
import io.leat.client.FileWriter;
import io.leat.client.LeatClient;
import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.WireProtocol;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Request;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Throws frames at a serving cell: random bytes, mutated and truncated messages, and well-formed
 * requests with hostile contents. Connections may close; the server serves on, in the same term,
 * and a well-behaved client beside it notices nothing. {@code dev/fuzz-wire} throws millions.
 */
class WireFuzzIT {

  private static final int FRAMES = Integer.getInteger("leat.test.frames", 6_000);
  private static final int FRAMES_PER_CONNECTION = 40;
  private static final int HEALTH_EVERY = 20;

  /** Sessions that frames open take space, which comes back when their lease ends. */
  private static final int LEASE_MILLIS = 2_000;

  private static final String[] PATHS = {
    "/", "/tmp", "/tmp/a", "/tmp/a/b", "", "x", "//", "/..", "/\0"
  };

  /** Where no frame can reach: those of a superuser do delete the other directories. */
  private static final String HEALTHY = "/beside/healthy-";

  @TempDir Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private long sent;

  /** Of those, the ones that no frame before them kept the server from looking at. */
  private long looked;

  private int closedByServer;
  private int healthChecks;
  private String host;
  private int port;

  @Test
  void shouldServeOnWhateverComes() throws Exception {
    System.out.println("WireFuzzIT: -Dleat.test.seed=" + seed + " -Dleat.test.frames=" + FRAMES);
    try (EmbeddedCell cell =
            EmbeddedCell.start(
                CellOptions.at(directory)
                    .withVolumeBytes(128 << 20)
                    .withLeaseMillis(LEASE_MILLIS));
        LeatClient client = LeatClient.connect(ClientConfig.of(cell.addresses()), "demo")) {
      String[] address = cell.addresses().get(0).split(":", 2);
      host = address[0];
      port = Integer.parseInt(address[1]);
      ClientNamespace healthy = client.namespace(System.getProperty("user.name"));
      int connections = 0;
      while (sent < FRAMES) {
        attack();
        if (connections % HEALTH_EVERY == 0) {
          requireHealthy(healthy, connections);
        }
        connections++;
      }
      requireHealthy(healthy, connections);
      requireFirstTerm();
      System.out.printf(
          "WireFuzzIT: %d frames on %d connections, %d of them up to the first on their connection"
              + " that breaks the framing; %d connections found closed by the server%n",
          sent, connections, looked, closedByServer);
      System.out.printf(
          "WireFuzzIT: the server is in its first term, and a client beside it was served %d times%n",
          healthChecks);
    }
  }

  private void requireHealthy(ClientNamespace namespace, int round) throws IOException {
    String path = HEALTHY + round;
    byte[] bytes = new byte[10_000];
    random.nextBytes(bytes);
    FaultCell.await(
        "what sessions that frames have opened were given comes back when their leases are over",
        () -> isWritten(namespace, path, bytes));
    ByteBuffer read = ByteBuffer.allocate(bytes.length);
    try (FileReader in = namespace.open(path)) {
      assertEquals(bytes.length, in.read(0, read));
    }
    assertEquals(ByteBuffer.wrap(bytes), read.flip());
    assertTrue(namespace.delete(path, false));
    healthChecks++;
  }

  /** False when those sessions have all of the volume now. */
  private static boolean isWritten(ClientNamespace namespace, String path, byte[] bytes) {
    try (FileWriter out = namespace.create(path, new CreateOptions(0644, true, true, 1 << 20, 1))) {
      out.write(ByteBuffer.wrap(bytes));
      out.hflush();
      return true;
    } catch (LeatException e) {
      assertEquals(ErrorCode.NO_SPACE, e.code(), e.toString());
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireFirstTerm() throws IOException {
    try (Socket socket = connect()) {
      send(
          socket,
          Envelope.newBuilder()
              .setCorrelation(1)
              .setVirtualServer("demo")
              .setRequest(
                  Request.newBuilder()
                      .setDescribeVirtualServer(
                          io.leat.wire.proto.DescribeVirtualServer.getDefaultInstance()))
              .build()
              .toByteArray());
      Envelope answer = receive(socket);
      assertEquals(1, answer.getEpoch(), "no frame may end the owner's term; seed " + seed);
    }
  }

  private void attack() throws IOException {
    try (Socket socket = connect()) {
      long session = random.nextBoolean() ? openSession(socket) : random.nextInt(4);
      boolean framed = true;
      for (int i = 0; i < FRAMES_PER_CONNECTION; i++) {
        byte[] message = request(session).toByteArray();
        boolean breaks = random.nextInt(FRAMES_PER_CONNECTION) == 0;
        sent++;
        looked += framed ? 1 : 0;
        framed &= !breaks;
        if (breaks) {
          raw(socket, random.nextBoolean() ? randomBytes(random.nextInt(200)) : truncated(message));
        } else {
          send(socket, random.nextInt(6) == 0 ? mutated(message) : message);
        }
      }
    } catch (SocketException | EOFException e) {
      assertTrue(e.getMessage() == null || !e.getMessage().isEmpty(), "closed by the server");
      closedByServer++;
    }
  }

  // ---- messages -------------------------------------------------------------------------------

  private Envelope request(long session) {
    Request.Builder request = Request.newBuilder().setUser(random.nextBoolean() ? "root" : "eve");
    if (random.nextBoolean()) {
      request.setSlot(random.nextInt(70)).setSequence(1 + random.nextInt(5));
    }
    var operations = Request.getDescriptor().getOneofs().get(0).getFields();
    FieldDescriptor operation = operations.get(random.nextInt(operations.size()));
    if (operation.getNumber() == Request.SAFE_MODE_FIELD_NUMBER) {
      request.setUser("eve"); // a superuser may enter it, and then nobody can write
    }
    Message.Builder body = request.newBuilderForField(operation);
    fill(body, 0);
    request.setField(operation, body.build());
    return Envelope.newBuilder()
        .setCorrelation(1 + random.nextInt(1_000))
        .setVirtualServer(random.nextInt(10) == 0 ? "other" : "demo")
        .setEpoch(random.nextInt(3))
        .setSession(session)
        .setRequest(request)
        .build();
  }

  /** Puts something into most fields. */
  private void fill(Message.Builder message, int depth) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (random.nextInt(5) == 0 || depth > 3) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          message.addRepeatedField(field, value(message, field, depth));
        }
      } else {
        message.setField(field, value(message, field, depth));
      }
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> (int) number();
      case LONG -> number();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> PATHS[random.nextInt(PATHS.length)];
      case BYTE_STRING -> ByteString.copyFrom(randomBytes(random.nextInt(40)));
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE -> {
        Message.Builder nested = message.newBuilderForField(field);
        fill(nested, depth + 1);
        yield nested.build();
      }
      case FLOAT, DOUBLE -> throw new IllegalStateException("the protocol has no such field");
    };
  }

  private long number() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE - random.nextInt(3);
      case 2 -> -1 - random.nextInt(3);
      default -> random.nextInt(20);
    };
  }

  private byte[] mutated(byte[] message) {
    byte[] changed = message.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }

  private byte[] truncated(byte[] message) {
    ByteBuffer frame = ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message);
    byte[] cut = new byte[random.nextInt(frame.capacity())];
    frame.flip().get(cut);
    return cut;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  // ---- socket ---------------------------------------------------------------------------------

  private Socket connect() throws IOException {
    Socket socket = new Socket(host, port);
    socket.setSoTimeout(20_000);
    Envelope hello =
        Envelope.newBuilder().setHello(WireProtocol.hello("fuzz", "here", "fuzz")).build();
    send(socket, hello.toByteArray());
    assertTrue(receive(socket).hasWelcome());
    return socket;
  }

  private long openSession(Socket socket) throws IOException {
    OpenSession open =
        OpenSession.newBuilder().setClientId(ByteString.copyFrom(randomBytes(16))).build();
    send(
        socket,
        Envelope.newBuilder()
            .setCorrelation(1)
            .setVirtualServer("demo")
            .setRequest(Request.newBuilder().setOpenSession(open))
            .build()
            .toByteArray());
    return receive(socket).getReply().getSessionOpened().getSession();
  }

  private static void send(Socket socket, byte[] message) throws IOException {
    raw(
        socket,
        ByteBuffer.allocate(4 + message.length).putInt(message.length).put(message).array());
  }

  private static void raw(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static Envelope receive(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] message = new byte[in.readInt()];
    in.readFully(message);
    return Envelope.parseFrom(message);
  }
}
