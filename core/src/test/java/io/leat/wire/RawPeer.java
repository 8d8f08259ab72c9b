package io.leat.wire;

import io.leat.wire.proto.Envelope;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that sends whatever bytes it likes. */
final class RawPeer implements Closeable {
  private final Socket socket;
  private final DataInputStream in;

  RawPeer(WireServer server) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) Wire.WAIT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** One that has been welcomed. */
  static RawPeer introduced(WireServer server) throws IOException {
    RawPeer peer = new RawPeer(server);
    peer.send(Wire.frame(Wire.hello()));
    if (peer.read().getWelcome().getVersion() != WireProtocol.PROTOCOL_VERSION) {
      throw new IOException("not welcome");
    }
    return peer;
  }

  /** As the server sees it. */
  String name() {
    return Wire.HOST + ":" + socket.getLocalPort();
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  Envelope read() throws IOException {
    byte[] body = new byte[in.readInt()];
    in.readFully(body);
    return Envelope.parseFrom(body);
  }

  /** Reads until the server ends the connection, in whichever way. */
  void awaitEnd() throws SocketTimeoutException {
    try {
      in.skipNBytes(Long.MAX_VALUE);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (EOFException e) {
      return;
    } catch (IOException e) {
      // A reset ends it as well.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
