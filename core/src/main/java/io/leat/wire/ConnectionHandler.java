package io.leat.wire;

import io.leat.wire.proto.Envelope;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's conversation: the handshake, then messages to the listener. Used by its event
 * loop alone.
 *
 * <pre>
 *   active -- handshake --> listening -- close --> closed
 *      \---------------- close ----------------------^
 * </pre>
 */
abstract class ConnectionHandler extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ConnectionHandler.class);

  private final Traffic traffic;
  private final FrameDecoder decoder;
  private NettyChannel channel;
  // Null until the handshake is done.
  private ChannelListener listener;
  private boolean inBatch;

  ConnectionHandler(Traffic traffic, FrameDecoder decoder) {
    this.traffic = traffic;
    this.decoder = decoder;
  }

  /** The name of the peer, for people. */
  abstract String remote(io.netty.channel.Channel netty);

  /** The connection stands. */
  abstract void connected(ChannelHandlerContext context);

  /** The first message. */
  abstract void handshake(Envelope message);

  /** Why the peer may not send such a message after the handshake; empty when it may. */
  abstract Optional<String> objection(Envelope message);

  /** The connection has ended, whether or not there was a handshake. */
  abstract void disconnected(String reason);

  final NettyChannel channel() {
    return channel;
  }

  /** The handshake is done; the listener hears what follows. */
  final void listen(ChannelListener newListener) {
    decoder.handshakeDone();
    listener = Objects.requireNonNull(newListener, "listener");
  }

  /** The peer broke the protocol: one line in the log, and the connection ends. */
  void violated(String why) {
    if (channel.closeFirst(why)) {
      log.warn("Closing the connection of {}: {}", channel.remote(), why);
    }
  }

  /** Calls foreign code, whose failure costs this connection and nothing else. */
  final void guarded(String what, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      log.error("Closing the connection of {}: {} failed", channel.remote(), what, e);
      channel.close(what + " failed: " + e);
    }
  }

  @Override
  public final void handlerAdded(ChannelHandlerContext context) {
    channel = new NettyChannel(context.channel(), remote(context.channel()), traffic);
  }

  @Override
  public final void channelActive(ChannelHandlerContext context) {
    connected(context);
  }

  @Override
  public final void channelRead(ChannelHandlerContext context, Object message) {
    Envelope envelope = (Envelope) message;
    if (!channel.isOpen()) {
      return;
    }
    if (listener == null) {
      handshake(envelope);
    } else {
      objection(envelope).ifPresentOrElse(this::violated, () -> deliver(envelope));
    }
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    if (inBatch) {
      inBatch = false;
      guarded("the listener's onBatchEnd", () -> listener.onBatchEnd(channel));
    }
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext context) {
    channel.writable();
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    String reason = channel.closed("closed by the peer");
    if (listener != null) {
      guarded("the listener's onClosed", () -> listener.onClosed(channel, reason));
    }
    disconnected(reason);
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof WireViolationException) {
      violated(cause.getMessage());
    } else if (cause instanceof IOException) {
      log.debug("Connection of {} lost", channel.remote(), cause);
      channel.close("connection lost: " + cause.getMessage());
    } else {
      log.error("Closing the connection of {}", channel.remote(), cause);
      channel.close("internal error: " + cause);
    }
  }

  private void deliver(Envelope message) {
    inBatch = true;
    guarded("the listener's onMessage", () -> listener.onMessage(channel, message));
  }
}
