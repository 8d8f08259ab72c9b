package io.leat.wire;

import io.leat.wire.proto.Envelope;

/**
 * What happens on one connection. All calls come from the connection's event loop, one at a time; a
 * listener that blocks there stalls every connection of that loop. A listener that throws loses its
 * connection.
 */
public interface ChannelListener {

  /**
   * A message with a body that the peer may send: a request on a server, a reply or an event on a
   * client. Never called after {@link #onClosed}.
   */
  void onMessage(Channel channel, Envelope message);

  /**
   * The messages that were read together have all been handed over. A server answers here what
   * shares one epoch check (architecture, section 5, J1).
   */
  default void onBatchEnd(Channel channel) {}

  /** The connection has ended; called once, last. */
  void onClosed(Channel channel, String reason);
}
