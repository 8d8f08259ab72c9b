package io.leat.mds.core;

import io.leat.wire.proto.Envelope;
import java.util.List;

/** The other end of a client's connection, as the state machine sees it. */
public interface Peer {

  /** Sends a message; without effect once the connection is gone. */
  void send(Envelope message);

  /** As {@link #send} for each, in order; a connection may put them into one buffer. */
  default void sendAll(List<Envelope> messages) {
    messages.forEach(this::send);
  }

  /** Ends the connection; the client connects again and takes its session up. */
  void close(String reason);

  /** Host and port, for people. */
  String address();
}
