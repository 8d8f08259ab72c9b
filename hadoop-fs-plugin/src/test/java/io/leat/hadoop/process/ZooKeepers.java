package io.leat.hadoop.process;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/** One ZooKeeper server, or an ensemble of several, each a process of its own. One thread. */
final class ZooKeepers implements Closeable {

  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
  private static final long AWAIT_SECONDS = 60;
  private static final int POLL_MILLIS = 50;
  private static final int ANSWER_MILLIS_MAX = 2_000;
  private static final String MODE = "Mode: ";

  private final List<Server> servers = new ArrayList<>();

  private static final class Server {
    private final Path home;
    private final int port;
    private Process process;

    Server(Path home, int port) {
      this.home = home;
      this.port = port;
    }

    void start() throws IOException {
      process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx96m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  QuorumPeerMain.class.getName(),
                  home.resolve("zoo.cfg").toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(home.toFile(), "log")))
              .start();
    }

    boolean isRunning() {
      return process != null && process.isAlive();
    }

    void kill() throws IOException {
      try {
        if (process != null) {
          process.destroyForcibly().waitFor();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    /** {@code leader}, {@code follower} or {@code standalone}; empty while it does not serve. */
    Optional<String> mode() {
      try (Socket socket = new Socket(HOST, port)) {
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return answer
            .lines()
            .filter(line -> line.startsWith(MODE))
            .map(line -> line.substring(MODE.length()))
            .findFirst();
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  /** Starts them; returns when they serve. */
  ZooKeepers(Path directory, int count) throws IOException {
    List<Integer> ports = freePorts(3 * count);
    String members =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "server.%d=%s:%d:%d\n"
                        .formatted(i, HOST, ports.get(count + i), ports.get(2 * count + i)))
            .collect(Collectors.joining());
    for (int i = 0; i < count; i++) {
      Path home = Files.createDirectories(directory.resolve("zookeeper" + i));
      Files.writeString(home.resolve("myid"), Integer.toString(i));
      Files.writeString(
          home.resolve("zoo.cfg"),
          """
          dataDir=%s
          clientPortAddress=%s
          clientPort=%d
          tickTime=500
          initLimit=20
          syncLimit=10
          maxClientCnxns=0
          admin.enableServer=false
          4lw.commands.whitelist=srvr
          """
                  .formatted(home, HOST, ports.get(i))
              + (count == 1 ? "" : members));
      servers.add(new Server(home, ports.get(i)));
    }
    try {
      startAll();
    } catch (IOException | RuntimeException e) {
      killAll();
      throw e;
    }
  }

  /** Chosen at the same time, so that they differ. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Of all, for clients. */
  String connectString() {
    return servers.stream().map(one -> HOST + ":" + one.port).collect(Collectors.joining(","));
  }

  /** Starts those that do not run; returns when all serve. */
  void startAll() throws IOException {
    for (Server server : servers) {
      if (!server.isRunning()) {
        server.start();
      }
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    try {
      while (!servers.stream().allMatch(one -> one.mode().isPresent())) {
        if (System.nanoTime() > end) {
          throw new IOException("ZooKeeper does not serve: " + logs());
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private String logs() throws IOException {
    StringBuilder logs = new StringBuilder();
    for (Server server : servers) {
      logs.append(Files.readString(server.home.resolve("log")));
    }
    return logs.toString();
  }

  /** Ends the one that leads the others, without a goodbye. */
  void killLeader() throws IOException {
    servers.stream()
        .filter(one -> one.mode().filter("leader"::equals).isPresent())
        .findFirst()
        .orElseThrow()
        .kill();
  }

  /** Ends all, without a goodbye. */
  void killAll() throws IOException {
    for (Server server : servers) {
      server.kill();
    }
  }

  @Override
  public void close() throws IOException {
    killAll();
  }
}
