package io.leat.mds.cell;

import io.leat.mds.config.ConfigKey;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Says early and clearly that a port which a cell keeps is taken by somebody else. */
final class LoopbackPort {

  /** Where everything of an embedded cell listens unless configured otherwise. */
  static final String HOST = "127.0.0.1";

  private LoopbackPort() {}

  /**
   * Checks that a port can be listened on; 0 always can.
   *
   * @throws IOException when it cannot; names the port, the key and what to do
   */
  static void requireFree(String host, int port, ConfigKey key, CellLayout layout)
      throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (BindException e) {
      throw new IOException(
          "port %d on %s (%s) is in use by another process; stop that, or set %s in %s"
              .formatted(port, host, key.template(), key.template(), layout.leatSite()),
          e);
    }
  }
}
