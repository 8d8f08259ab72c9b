package io.leat.wire;

import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Welcome;
import java.util.List;

/**
 * One connection whose handshake is done. Every method may be called from any thread and none
 * blocks.
 */
public interface Channel {

  /**
   * Queues a message and returns. Messages of one thread arrive in the order of its calls; what is
   * queued together leaves in one flush.
   *
   * <p>On a closed channel the message is dropped: {@link ChannelListener#onClosed} has said so or
   * will. When more than {@link WireProtocol#MAX_OUTBOUND_MESSAGES} messages or {@link
   * WireProtocol#MAX_OUTBOUND_BYTES} bytes wait for the peer, the message is dropped and the
   * channel is closed, so that a slow peer harms only itself.
   *
   * @throws IllegalArgumentException when the message is larger than {@link
   *     WireProtocol#MAX_FRAME_BYTES}; the channel stays open
   */
  void send(Envelope message);

  /**
   * {@link #send} for each message in order, with one wake-up of the event loop. A message that is
   * too large ends the call; the ones before it are sent.
   */
  void sendAll(List<Envelope> messages);

  /** The peer, "address:port"; on a client as it was asked for. */
  String remote();

  /** False as soon as either side has closed. */
  boolean isOpen();

  /**
   * Closes the connection at once; what is queued may be lost. The first reason given wins.
   *
   * @param reason for the log and {@link ChannelListener#onClosed}
   */
  void close(String reason);

  /**
   * Stops reading from the peer, whose sends then back up in TCP. The messages of the read that is
   * under way (about 1 MiB, or one large message) may still arrive.
   */
  void pauseReading();

  /** Reads again after {@link #pauseReading}. */
  void resumeReading();

  /** The client's introduction. */
  Hello hello();

  /** The server's introduction; holds the version that both sides speak. */
  Welcome welcome();
}
