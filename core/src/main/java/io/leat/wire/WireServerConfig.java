package io.leat.wire;

import io.leat.model.VersionRange;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What a {@link WireServer} needs to know.
 *
 * @param bindHost name or address of the interface to listen on
 * @param port 0 to 65535; 0 takes a free one
 * @param threads event loops, at least 1
 * @param maxConnections connections served at the same time, at least 1; more are refused
 * @param helloTimeoutMillis how long a new connection may take to say Hello, at least 1
 * @param serverName the metadata server's name in the cell
 * @param software name and version of the server's software
 * @param versions protocol versions spoken
 * @param localDirectory on this host, for the socket file of clients on this host; empty for none
 */
public record WireServerConfig(
    String bindHost,
    int port,
    int threads,
    int maxConnections,
    long helloTimeoutMillis,
    String serverName,
    String software,
    VersionRange versions,
    Optional<Path> localDirectory) {

  /** Connections served at the same time where nothing else is configured. */
  public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

  /** Time for a Hello where nothing else is configured. */
  public static final long DEFAULT_HELLO_TIMEOUT_MILLIS = 10_000;

  public WireServerConfig {
    Objects.requireNonNull(bindHost, "bindHost");
    Objects.requireNonNull(serverName, "serverName");
    Objects.requireNonNull(software, "software");
    Objects.requireNonNull(versions, "versions");
    Objects.requireNonNull(localDirectory, "localDirectory");
    atLeast("port", port, 0);
    atLeast("threads", threads, 1);
    atLeast("maxConnections", maxConnections, 1);
    atLeast("helloTimeoutMillis", helloTimeoutMillis, 1);
    if (port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is above 65535");
    }
  }

  /** The defaults, and the versions that this code speaks. */
  public static WireServerConfig of(
      String bindHost,
      int port,
      int threads,
      String serverName,
      String software,
      Optional<Path> localDirectory) {
    return new WireServerConfig(
        bindHost,
        port,
        threads,
        DEFAULT_MAX_CONNECTIONS,
        DEFAULT_HELLO_TIMEOUT_MILLIS,
        serverName,
        software,
        WireProtocol.VERSIONS,
        localDirectory);
  }

  private static void atLeast(String name, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least " + min);
    }
  }
}
