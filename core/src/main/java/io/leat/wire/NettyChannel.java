package io.leat.wire;

import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Hello;
import io.leat.wire.proto.Welcome;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Channel} over a Netty channel.
 *
 * <p>Senders add to the queue and make sure that one drain is scheduled on the event loop; the
 * drain turns what has gathered into few buffers and flushes once. It stops while the socket does
 * not take more, so that encoded bytes are bounded by Netty's write buffer and the rest stays in
 * the bounded queue.
 */
final class NettyChannel implements Channel {
  private static final Logger log = LoggerFactory.getLogger(NettyChannel.class);

  /** Frames are gathered into buffers of about this size. */
  private static final int BATCH_BYTES = 64 << 10;

  private final io.netty.channel.Channel netty;
  private final Traffic traffic;
  private final String remote;
  private final OutboundQueue queue = new OutboundQueue();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final AtomicReference<String> closeReason = new AtomicReference<>();
  // Used by the event loop alone.
  private final List<Envelope> batch = new ArrayList<>();
  private volatile Hello hello = Hello.getDefaultInstance();
  private volatile Welcome welcome = Welcome.getDefaultInstance();

  NettyChannel(io.netty.channel.Channel netty, String remote, Traffic traffic) {
    this.netty = netty;
    this.remote = remote;
    this.traffic = traffic;
  }

  @Override
  public void send(Envelope message) {
    enqueue(message);
    scheduleDrain();
  }

  @Override
  public void sendAll(List<Envelope> messages) {
    try {
      messages.forEach(this::enqueue);
    } finally {
      scheduleDrain();
    }
  }

  @Override
  public String remote() {
    return remote;
  }

  @Override
  public boolean isOpen() {
    return closeReason.get() == null && netty.isActive();
  }

  @Override
  public void close(String reason) {
    closeFirst(reason);
  }

  @Override
  public void pauseReading() {
    netty.config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    netty.config().setAutoRead(true);
  }

  @Override
  public Hello hello() {
    return hello;
  }

  @Override
  public Welcome welcome() {
    return welcome;
  }

  @Override
  public String toString() {
    return remote;
  }

  /** See {@link LocalSocket#isOnThisHost}. */
  boolean isOnThisHost() {
    return LocalSocket.isOnThisHost(netty);
  }

  /** Both introductions, before anyone outside sees this channel. */
  void introduced(Hello client, Welcome server) {
    hello = client;
    welcome = server;
  }

  /** Closes; true for the one call that was first to do so. */
  boolean closeFirst(String reason) {
    boolean first = markClosed(reason);
    if (first) {
      // Its end is told by channelInactive.
      var unused = netty.close();
    }
    return first;
  }

  /** Sends a last message and closes when the socket has taken it. On the event loop. */
  void closeAfter(Envelope last, String reason) {
    if (markClosed(reason)) {
      var unused =
          netty
              .writeAndFlush(
                  FrameEncoder.encode(netty.alloc(), List.of(last)), traffic.counted(netty))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The reason why it was closed; {@code otherwise} becomes it when nobody has given one. */
  String closed(String otherwise) {
    markClosed(otherwise);
    queue.clear();
    return closeReason.get();
  }

  /** The socket takes bytes again. On the event loop. */
  void writable() {
    if (!queue.isEmpty()) {
      scheduleDrain();
    }
  }

  private boolean markClosed(String reason) {
    return closeReason.compareAndSet(null, reason);
  }

  private void enqueue(Envelope message) {
    int size = message.getSerializedSize();
    if (size > WireProtocol.MAX_FRAME_BYTES) {
      throw new IllegalArgumentException(
          "a message to "
              + remote
              + " has "
              + size
              + " bytes, the limit is "
              + WireProtocol.MAX_FRAME_BYTES);
    }
    if (isOpen() && !queue.offer(message)) {
      overflow();
    }
  }

  private void overflow() {
    String reason =
        "it does not take what is sent to it: more than "
            + WireProtocol.MAX_OUTBOUND_MESSAGES
            + " messages or "
            + WireProtocol.MAX_OUTBOUND_BYTES
            + " bytes wait";
    if (closeFirst(reason)) {
      log.warn("Closing the connection of {}: {}", remote, reason);
    }
  }

  private void scheduleDrain() {
    if (!drainScheduled.compareAndSet(false, true)) {
      return;
    }
    try {
      netty.eventLoop().execute(this::drain);
    } catch (RejectedExecutionException e) {
      log.debug("Not sending to {}: its event loop has ended", remote, e);
    }
  }

  private void drain() {
    // Cleared first: what is added from here on schedules its own drain.
    drainScheduled.set(false);
    try {
      writeQueued();
    } catch (RuntimeException | Error e) {
      // What was taken from the queue is lost (no buffer to be had, for one), so the peer must
      // know.
      log.error("Closing the connection of {}: cannot send", remote, e);
      closeFirst("cannot send: " + e);
    } finally {
      batch.clear();
    }
  }

  private void writeQueued() {
    boolean wrote = false;
    while (isOpen() && netty.isWritable() && takeBatch()) {
      var unused =
          netty
              .write(FrameEncoder.encode(netty.alloc(), batch), traffic.counted(netty))
              .addListener(this::written);
      wrote = true;
    }
    if (wrote) {
      netty.flush();
    }
  }

  private boolean takeBatch() {
    batch.clear();
    queue.take(batch, BATCH_BYTES);
    return !batch.isEmpty();
  }

  // A failed write closes the connection; this keeps the reason.
  private void written(Future<? super Void> write) {
    if (!write.isSuccess()) {
      closeFirst("connection lost: " + write.cause().getMessage());
    }
  }
}
