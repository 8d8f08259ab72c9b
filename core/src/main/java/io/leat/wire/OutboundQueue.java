package io.leat.wire;

import io.leat.wire.proto.Envelope;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The messages that wait to be written to one connection. Any thread adds, the event loop takes.
 * Bounded by {@link WireProtocol#MAX_OUTBOUND_MESSAGES} and {@link
 * WireProtocol#MAX_OUTBOUND_BYTES}.
 */
final class OutboundQueue {
  private final ConcurrentLinkedQueue<Envelope> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** False, and nothing is kept, when the queue is full. */
  boolean offer(Envelope message) {
    int size = FrameEncoder.frameBytes(message);
    // Reserve before adding, so that racing senders cannot pass the bound together.
    int messagesNow = count.incrementAndGet();
    long bytesNow = bytes.addAndGet(size);
    boolean fits =
        messagesNow <= WireProtocol.MAX_OUTBOUND_MESSAGES
            && bytesNow <= WireProtocol.MAX_OUTBOUND_BYTES;
    if (fits) {
      messages.add(message);
    } else {
      release(size);
    }
    return fits;
  }

  /**
   * Moves messages to {@code batch} until they take {@code batchBytes} or none is left; at least
   * one if there is one.
   */
  void take(List<Envelope> batch, int batchBytes) {
    int taken = 0;
    while (taken < batchBytes) {
      Envelope message = messages.poll();
      if (message == null) {
        return;
      }
      int size = FrameEncoder.frameBytes(message);
      release(size);
      taken += size;
      batch.add(message);
    }
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  void clear() {
    messages.clear();
  }

  private void release(int size) {
    count.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
