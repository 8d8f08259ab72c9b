package io.leat.mds.core;

import io.leat.mds.namespace.Caller;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Request;
import java.util.Objects;

/**
 * A request on its way into the loop.
 *
 * @param peer who gets the reply
 * @param message holds a request
 * @param caller on whose behalf, with groups resolved
 */
public record Inbound(Peer peer, Envelope message, Caller caller) {

  public Inbound {
    Objects.requireNonNull(peer);
    Objects.requireNonNull(message);
    Objects.requireNonNull(caller);
  }

  Request request() {
    return message.getRequest();
  }
}
