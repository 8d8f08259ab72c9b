package io.leat.wire;

import io.leat.wire.proto.Envelope;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what it hears. */
class RecordingListener implements ChannelListener {
  final BlockingQueue<Envelope> messages = new LinkedBlockingQueue<>();
  final AtomicInteger batches = new AtomicInteger();
  final CompletableFuture<String> closed = new CompletableFuture<>();

  @Override
  public void onMessage(Channel channel, Envelope message) {
    messages.add(message);
  }

  @Override
  public void onBatchEnd(Channel channel) {
    batches.incrementAndGet();
  }

  @Override
  public void onClosed(Channel channel, String reason) {
    if (!closed.complete(reason)) {
      throw new IllegalStateException("closed twice");
    }
  }

  /** The next message; null when none comes in time. */
  Envelope next() throws InterruptedException {
    return messages.poll(Wire.WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
