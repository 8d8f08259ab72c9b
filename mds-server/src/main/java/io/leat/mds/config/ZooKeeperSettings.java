package io.leat.mds.config;

import java.util.Objects;

/**
 * Where the name service of the cell stands.
 *
 * @param connect {@code host:port,host:port}; empty for one inside the process
 * @param root path of the cell, absolute and without a slash at its end
 * @param sessionTimeoutMillis 1,000 to 300,000
 * @param port of the one inside the process; 0 for a free one
 */
public record ZooKeeperSettings(String connect, String root, int sessionTimeoutMillis, int port) {

  public ZooKeeperSettings {
    Objects.requireNonNull(connect);
    if (!root.startsWith("/") || root.endsWith("/")) {
      throw new IllegalArgumentException(
          ConfigKey.ZOOKEEPER_ROOT.template() + " is '" + root + "', must be a path like /leat");
    }
  }

  /** Whether it runs inside the server's process. */
  public boolean embedded() {
    return connect.isEmpty();
  }
}
