package io.leat.coordination.zk;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server inside this process, for a cell of one host. Its data survives restarts in the
 * same directory. It serves one port with ZooKeeper's own protocol and nothing else: no admin
 * server, no four-letter commands, no remote JMX. When it fails, it logs; it never ends the
 * process.
 *
 * <p>Snapshots and logs are trimmed at each start to the newest {@value #KEPT_SNAPSHOTS} snapshots.
 *
 * <p>May be closed by any thread; one owner should.
 */
public final class EmbeddedZooKeeper implements Closeable {

  /** The host to serve on unless configured: this machine alone can reach it. */
  public static final String DEFAULT_HOST = InetAddress.getLoopbackAddress().getHostAddress();

  /** Port number that asks for any free port. */
  public static final int ANY_PORT = 0;

  /** How long starting may take. */
  public static final int START_MILLIS = 15_000;

  /** What giving up after a failed start may take on top. */
  private static final int GIVE_UP_MILLIS = 2_000;

  /** How long closing waits for the server's threads. */
  public static final int CLOSE_MILLIS = 10_000;

  /** Snapshots that are kept, with the logs that follow them. */
  public static final int KEPT_SNAPSHOTS = 3;

  private static final int TICK_MILLIS = 500;
  private static final int MAX_CLIENTS_PER_HOST = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

  private final String connectString;
  private final int port;
  private final ZooKeeperServerEmbedded server;
  private final ServerThreads threads;
  private final DataDirectory directory;
  private boolean closed;

  private EmbeddedZooKeeper(
      String host,
      int port,
      ZooKeeperServerEmbedded server,
      ServerThreads threads,
      DataDirectory directory) {
    this.connectString = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    this.port = port;
    this.server = server;
    this.threads = threads;
    this.directory = directory;
  }

  /** Serves {@code dataDirectory} on loopback, on a free port. */
  public static EmbeddedZooKeeper start(Path dataDirectory) throws IOException {
    return start(dataDirectory, DEFAULT_HOST, ANY_PORT);
  }

  /**
   * Starts a server and waits until it serves.
   *
   * @param dataDirectory created if missing; used by one server at a time
   * @param host name or address of this host to serve on
   * @param port 1..65535, or {@link #ANY_PORT}
   * @throws IOException when the port is busy, the directory cannot be used or holds damaged data,
   *     or the server does not serve within {@value #START_MILLIS} ms
   */
  public static EmbeddedZooKeeper start(Path dataDirectory, String host, int port)
      throws IOException {
    Objects.requireNonNull(host, "host");
    int chosen = FreePort.check(host, port);
    DataDirectory directory = DataDirectory.open(dataDirectory);
    try {
      PurgeTxnLog.purge(dataDirectory.toFile(), dataDirectory.toFile(), KEPT_SNAPSHOTS);
      EmbeddedZooKeeper started = launch(directory, host, chosen);
      LOG.info("ZooKeeper serves {} from {}", started.connectString, dataDirectory);
      return started;
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  /** Where clients connect: {@code host:port}. */
  public String connectString() {
    return connectString;
  }

  /** The port that is served. */
  public int port() {
    return port;
  }

  /**
   * Stops serving and waits until every thread of the server has ended; clients see a lost
   * connection. Closing twice is harmless.
   *
   * @throws IOException when threads are left after {@value #CLOSE_MILLIS} ms; names them
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      server.close();
      threads.awaitEnd(CLOSE_MILLIS);
    } finally {
      directory.close();
    }
  }

  private static EmbeddedZooKeeper launch(DataDirectory directory, String host, int port)
      throws IOException {
    ServerThreads threads = new ServerThreads("leat-zookeeper-" + port);
    ZooKeeperServerEmbedded server;
    try {
      server = build(directory, host, port);
      threads.run(() -> server.start(START_MILLIS), START_MILLIS + GIVE_UP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(directory, host, port, "the calling thread was interrupted", e);
    } catch (TimeoutException e) {
      throw failed(directory, host, port, "it does not serve in " + START_MILLIS + " ms", e);
    } catch (Exception e) {
      throw failed(directory, host, port, e.toString(), e);
    }
    return new EmbeddedZooKeeper(host, port, server, threads, directory);
  }

  private static ZooKeeperServerEmbedded build(DataDirectory directory, String host, int port)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("dataDir", directory.path().toString());
    properties.setProperty("clientPortAddress", host);
    properties.setProperty("clientPort", Integer.toString(port));
    properties.setProperty("tickTime", Integer.toString(TICK_MILLIS));
    properties.setProperty("maxClientCnxns", Integer.toString(MAX_CLIENTS_PER_HOST));
    properties.setProperty("admin.enableServer", "false");
    properties.setProperty("4lw.commands.whitelist", "");
    try {
      return ZooKeeperServerEmbedded.builder()
          .baseDir(directory.path())
          .configuration(properties)
          .exitHandler(ExitHandler.LOG_ONLY)
          .build();
    } finally {
      // ZooKeeper writes its configuration to a new file each time, reads it back and leaves it.
      directory.removeGeneratedConfiguration();
    }
  }

  private static IOException failed(
      DataDirectory directory, String host, int port, String why, Exception cause) {
    return new IOException(
        "Cannot start ZooKeeper on "
            + host
            + ":"
            + port
            + " from "
            + directory.path()
            + ": "
            + why
            + ". The log tells what it met; check that the port is free and the data is whole.",
        cause);
  }
}
