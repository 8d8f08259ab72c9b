package io.leat.wire;

import io.leat.model.ErrorCode;
import io.leat.model.VersionRange;
import io.leat.wire.proto.Disposition;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Welcome;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's end of a connection: answers Hello with Welcome, then takes requests. */
final class ServerConnection extends ConnectionHandler {
  private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);

  /** Characters of a stranger's text that reach the log. */
  private static final int MAX_TEXT_CHARACTERS = 100;

  private final WireServerConfig config;
  private final Welcome introduction;
  private final ConnectionTable connections;
  private final Function<Channel, ChannelListener> listeners;
  private ConnectionTable.Admission admission = ConnectionTable.Admission.REJECTED;
  private ScheduledFuture<?> helloTimeout;
  private boolean onThisHost;

  /**
   * @param introduction what a Welcome says of the server; of its local socket to its own host
   *     alone
   */
  ServerConnection(
      WireServerConfig config,
      Welcome introduction,
      ConnectionTable connections,
      Function<Channel, ChannelListener> listeners,
      Traffic traffic,
      FrameDecoder decoder) {
    super(traffic, decoder);
    this.config = config;
    this.introduction = introduction;
    this.connections = connections;
    this.listeners = listeners;
  }

  @Override
  String remote(io.netty.channel.Channel netty) {
    SocketAddress remote = netty.remoteAddress();
    if (remote instanceof InetSocketAddress address) {
      return NetUtil.toSocketAddressString(address);
    }
    // Null when the peer has gone already.
    return remote == null ? "an unknown address" : "a process of this host";
  }

  @Override
  void connected(ChannelHandlerContext context) {
    onThisHost = LocalSocket.isOnThisHost(context.channel());
    helloTimeout =
        context
            .executor()
            .schedule(this::helloIsLate, config.helloTimeoutMillis(), TimeUnit.MILLISECONDS);
    admission = connections.add(channel());
    if (admission == ConnectionTable.Admission.REJECTED) {
      violated(tooMany());
    }
  }

  @Override
  void handshake(Envelope message) {
    if (!message.hasHello()) {
      violated("first message is not a Hello: " + message.getBodyCase());
      return;
    }
    Hello hello = message.getHello();
    if (hello.getMagic() != WireProtocol.MAGIC) {
      violated("Hello with the wrong magic number 0x" + Integer.toHexString(hello.getMagic()));
    } else if (hello.getVersionMin() < 1 || hello.getVersionMax() < hello.getVersionMin()) {
      violated("Hello with versions " + hello.getVersionMin() + " to " + hello.getVersionMax());
    } else {
      answer(hello);
    }
  }

  @Override
  Optional<String> objection(Envelope message) {
    if (!message.hasRequest()) {
      return Optional.of("not a request: " + message.getBodyCase());
    }
    return message.getCorrelation() == 0
        ? Optional.of("request with correlation 0, which no reply could name")
        : Optional.empty();
  }

  @Override
  void disconnected(String reason) {
    helloTimeout.cancel(false);
    connections.remove(channel());
    log.debug("Connection of {} ended: {}", channel().remote(), reason);
  }

  private void answer(Hello hello) {
    OptionalInt version =
        config.versions().negotiate(new VersionRange(hello.getVersionMin(), hello.getVersionMax()));
    if (version.isEmpty()) {
      refuse(ErrorCode.VERSION_MISMATCH, mismatch(hello));
    } else if (admission == ConnectionTable.Admission.TO_BE_REFUSED) {
      refuse(ErrorCode.OVERLOADED, tooMany());
    } else {
      welcome(hello, version.getAsInt());
    }
  }

  private void welcome(Hello hello, int version) {
    helloTimeout.cancel(false);
    Welcome.Builder answer = introduction.toBuilder().setVersion(version);
    Welcome welcome = onThisHost ? answer.build() : answer.clearLocalSocket().build();
    channel().introduced(hello, welcome);
    channel().send(Envelope.newBuilder().setWelcome(welcome).build());
    guarded("making a listener", () -> listen(listeners.apply(channel())));
  }

  private void refuse(ErrorCode code, String message) {
    log.warn("Refusing the connection of {}: {}", channel().remote(), message);
    Error error =
        Error.newBuilder()
            .setCode(code.number())
            .setDisposition(Disposition.valueOf(code.disposition().name()))
            .setMessage(message)
            .build();
    Welcome.Builder answer = introduction.toBuilder().clearLocalSocket().setError(error);
    Envelope refusal = Envelope.newBuilder().setWelcome(answer).build();
    channel().closeAfter(refusal, message);
  }

  private String mismatch(Hello hello) {
    VersionRange theirs = new VersionRange(hello.getVersionMin(), hello.getVersionMax());
    return "metadata server %s (%s) speaks protocol %s, the client on %s (%s) speaks %s; use a release that speaks both"
        .formatted(
            config.serverName(),
            config.software(),
            config.versions(),
            printable(hello.getHost()),
            printable(hello.getSoftware()),
            theirs);
  }

  private String tooMany() {
    return "metadata server %s has its %d connections in use; try again later"
        .formatted(config.serverName(), config.maxConnections());
  }

  private void helloIsLate() {
    violated("no Hello within " + config.helloTimeoutMillis() + " ms");
  }

  private static String printable(String text) {
    String start = text.substring(0, Math.min(text.length(), MAX_TEXT_CHARACTERS));
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
