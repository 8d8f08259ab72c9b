package io.leat.wire;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server that takes one connection, says what it is given and is no Leat server. */
final class ScriptedServer implements Closeable {
  private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final CompletableFuture<Void> hello = new CompletableFuture<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final byte[] answer;
  private final boolean hangUp;

  /**
   * @param answer sent as soon as someone connects
   * @param hangUp closes without waiting for the peer to do so
   */
  ScriptedServer(byte[] answer, boolean hangUp) throws IOException {
    this.answer = answer;
    this.hangUp = hangUp;
    Thread thread = new Thread(this::serve, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listening.getLocalPort();
  }

  void awaitHello() throws Exception {
    hello.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  void awaitEndOfClient() throws Exception {
    end.get(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void serve() {
    try (Socket socket = listening.accept()) {
      socket.getOutputStream().write(answer);
      if (!hangUp) {
        readToEnd(socket);
      }
    } catch (IOException e) {
      hello.completeExceptionally(e);
    } finally {
      end.complete(null);
    }
  }

  private void readToEnd(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      hello.complete(null);
    }
  }
}
