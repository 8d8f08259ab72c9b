package io.leat.coordination.zk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports to serve on. */
final class FreePort {

  private FreePort() {}

  /**
   * Makes sure that {@code port} can be served on {@code host}, or finds one if it is 0. Done
   * before the server starts, which tells a busy port only by not coming up.
   */
  static int check(String host, int port) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      // As the server does: connections that linger from an earlier run do not make a port busy.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new IOException(
          "Cannot start ZooKeeper: port "
              + port
              + " of "
              + host
              + " cannot be served ("
              + e.getMessage()
              + "). Stop what uses the port or configure another one.",
          e);
    }
  }
}
