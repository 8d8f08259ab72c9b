package io.leat.coordination.zk;

import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.zookeeper.common.PathUtils;

/**
 * How to reach a cell's ZooKeeper.
 *
 * @param connectString {@code host:port}, several separated by commas; the cell's path is not part
 *     of it
 * @param rootPath the cell's path, such as {@code /leat/CELL}; not {@code /}
 * @param sessionTimeoutMillis how long ZooKeeper keeps a silent session, {@value
 *     #MIN_TIMEOUT_MILLIS}..{@value #MAX_TIMEOUT_MILLIS}; the server may impose bounds of its own
 * @param connectionTimeoutMillis how long one attempt of a call waits for a connection, {@value
 *     #MIN_TIMEOUT_MILLIS}..{@code sessionTimeoutMillis}
 */
public record ZooKeeperConfig(
    String connectString, String rootPath, int sessionTimeoutMillis, int connectionTimeoutMillis) {

  /** Session timeout unless configured. */
  public static final int DEFAULT_SESSION_TIMEOUT_MILLIS = 10_000;

  /** Connection timeout unless configured. */
  public static final int DEFAULT_CONNECTION_TIMEOUT_MILLIS = 3_000;

  /** Least timeout. */
  public static final int MIN_TIMEOUT_MILLIS = 100;

  /** Largest timeout. */
  public static final int MAX_TIMEOUT_MILLIS = 300_000;

  private static final Pattern CONNECT_STRING =
      Pattern.compile("[^\\s,/]+:\\d{1,5}(,[^\\s,/]+:\\d{1,5})*");

  /** Validates every part. */
  public ZooKeeperConfig {
    Objects.requireNonNull(connectString, "connectString");
    Objects.requireNonNull(rootPath, "rootPath");
    if (!CONNECT_STRING.matcher(connectString).matches()) {
      throw new IllegalArgumentException(
          "ZooKeeper connect string '"
              + connectString
              + "' must be host:port, several separated by commas, without a path");
    }
    PathUtils.validatePath(rootPath);
    if (rootPath.equals("/")) {
      throw new IllegalArgumentException("ZooKeeper root path must be below /, such as /leat/CELL");
    }
    checkTimeout("session timeout", sessionTimeoutMillis, MAX_TIMEOUT_MILLIS);
    checkTimeout("connection timeout", connectionTimeoutMillis, sessionTimeoutMillis);
  }

  /** With timeouts that suit most cells. */
  public static ZooKeeperConfig of(String connectString, String rootPath) {
    return new ZooKeeperConfig(
        connectString, rootPath, DEFAULT_SESSION_TIMEOUT_MILLIS, DEFAULT_CONNECTION_TIMEOUT_MILLIS);
  }

  private static void checkTimeout(String what, int millis, int most) {
    if (millis < MIN_TIMEOUT_MILLIS || millis > most) {
      throw new IllegalArgumentException(
          what + " " + millis + " ms is not in " + MIN_TIMEOUT_MILLIS + ".." + most + " ms");
    }
  }
}
