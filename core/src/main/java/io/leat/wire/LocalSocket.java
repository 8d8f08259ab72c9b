package io.leat.wire;

import io.leat.wire.proto.Welcome;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The socket file of a server: the way for clients on its host, about half as long as TCP's over
 * loopback. A Welcome tells where it is; a client that cannot use it stays where it is.
 */
final class LocalSocket {

  /**
   * How the name of every such file begins and ends. A client opens no others, so that no server
   * can send it to the socket of another service.
   */
  private static final String NAME_START = "leat-";

  private static final String NAME_END = ".sock";

  /** Linux has room for so many bytes of a path. */
  static final int PATH_BYTES_MAX = 107;

  private LocalSocket() {}

  /**
   * The socket of a server; the next one of that name takes the same file.
   *
   * @return empty where the path would be too long, or the name is none for a file
   */
  static Optional<Path> of(Path directory, String serverName) {
    Path absolute = directory.toAbsolutePath().normalize();
    return Optional.of(absolute.resolve(NAME_START + serverName + NAME_END))
        .filter(socket -> absolute.equals(socket.normalize().getParent()))
        .filter(LocalSocket::isUsable);
  }

  /**
   * What a server offers; empty when it offers nothing or something that is none of its sockets.
   */
  static Optional<Path> offered(Welcome welcome) {
    try {
      return Optional.of(welcome.getLocalSocket())
          .filter(text -> !text.isEmpty())
          .map(Path::of)
          .filter(LocalSocket::isUsable);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** TCP from an address to itself. False of a local socket, whose client is there already. */
  static boolean isOnThisHost(io.netty.channel.Channel netty) {
    return netty.remoteAddress() instanceof InetSocketAddress theirs
        && netty.localAddress() instanceof InetSocketAddress ours
        && theirs.getAddress().equals(ours.getAddress());
  }

  private static boolean isUsable(Path socket) {
    String name = String.valueOf(socket.getFileName());
    return socket.isAbsolute()
        && socket.equals(socket.normalize())
        && name.startsWith(NAME_START)
        && name.endsWith(NAME_END)
        && socket.toString().getBytes(StandardCharsets.UTF_8).length <= PATH_BYTES_MAX;
  }

  /** Whether both Welcomes come from one start of one server. */
  static boolean isSameServer(Welcome one, Welcome other) {
    return one.getInstance() != 0 && one.getInstance() == other.getInstance();
  }
}
