package io.leat.wire;

import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.model.VersionRange;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Welcome;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.util.Optional;

/** The client's end of a connection: says Hello, awaits Welcome, then takes replies and events. */
final class ClientConnection extends ConnectionHandler {
  private final ConnectAttempt attempt;
  private final Runnable ended;
  private final Welcomed welcomed;
  private boolean undecided;

  /** What is done with a connection whose server has welcomed the client. On its event loop. */
  interface Welcomed {

    /**
     * Decides about the connection.
     *
     * @param use makes the connection the attempt's result; run on the event loop, now or later
     */
    void accept(NettyChannel channel, Runnable use);
  }

  ClientConnection(
      ConnectAttempt attempt,
      Welcomed welcomed,
      Runnable ended,
      Traffic traffic,
      FrameDecoder decoder) {
    super(traffic, decoder);
    this.attempt = attempt;
    this.welcomed = welcomed;
    this.ended = ended;
  }

  @Override
  String remote(io.netty.channel.Channel netty) {
    return attempt.target();
  }

  @Override
  void connected(ChannelHandlerContext context) {
    NettyChannel channel = channel();
    attempt.connected(channel);
    // Whoever fails or cancels the attempt, at whatever time, ends the connection.
    attempt.whenDone(
        (made, failure) -> {
          if (failure != null) {
            channel.close("not connected: " + failure.getMessage());
          }
        });
    channel.send(Envelope.newBuilder().setHello(attempt.hello()).build());
  }

  @Override
  void handshake(Envelope message) {
    if (undecided) {
      violated("a message before the client's first request: " + message.getBodyCase());
    } else if (!message.hasWelcome()) {
      violated("first message is not a Welcome: " + message.getBodyCase());
    } else if (message.getWelcome().hasError()) {
      refused(message.getWelcome().getError());
    } else {
      welcomed(message.getWelcome());
    }
  }

  @Override
  Optional<String> objection(Envelope message) {
    return message.hasReply() || message.hasEvent()
        ? Optional.empty()
        : Optional.of("not a reply or an event: " + message.getBodyCase());
  }

  @Override
  void violated(String why) {
    if (attempt.result().isDone()) {
      super.violated(why);
    } else {
      attempt.notLeat(why);
    }
  }

  @Override
  void disconnected(String reason) {
    ended.run();
    // Without effect unless the Welcome is still awaited.
    attempt.fail(
        new IOException(
            attempt.target()
                + " ended the connection before its Welcome ("
                + reason
                + "): it is stopping or does not speak Leat's protocol"));
  }

  private void refused(Error error) {
    attempt.fail(new LeatException(ErrorCode.of(error.getCode()), error.getMessage()));
  }

  private void welcomed(Welcome welcome) {
    VersionRange ours =
        new VersionRange(attempt.hello().getVersionMin(), attempt.hello().getVersionMax());
    if (!ours.contains(welcome.getVersion())) {
      attempt.fail(new LeatException(ErrorCode.VERSION_MISMATCH, mismatch(welcome, ours)));
      return;
    }
    channel().introduced(attempt.hello(), welcome);
    undecided = true;
    welcomed.accept(channel(), this::use);
  }

  private void use() {
    // Dependents of the future run inside complete(); the answers to what they send come later.
    if (attempt.result().complete(channel())) {
      listen(attempt.listener());
    } else {
      channel().close("not wanted any more");
    }
  }

  private String mismatch(Welcome welcome, VersionRange ours) {
    return "metadata server %s (%s) at %s chose protocol version %d, this client (%s) speaks %s"
        .formatted(
            welcome.getMds(),
            welcome.getSoftware(),
            attempt.target(),
            welcome.getVersion(),
            attempt.hello().getSoftware(),
            ours);
  }
}
