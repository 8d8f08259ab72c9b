package io.leat.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that the sockets of one server or client took in and gave out. Thread-safe. */
@Sharable
final class Traffic extends ChannelInboundHandlerAdapter {
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();

  long received() {
    return received.sum();
  }

  long sent() {
    return sent.sum();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      received.add(bytes.readableBytes());
    }
    context.fireChannelRead(message);
  }

  /**
   * A promise that counts a write as the socket takes it: a peer that stops reading in the middle
   * of a buffer is counted up to there.
   */
  ChannelProgressivePromise counted(io.netty.channel.Channel channel) {
    return channel.newProgressivePromise().addListener(new SentCounter());
  }

  private final class SentCounter implements ChannelProgressiveFutureListener {
    private long counted;

    @Override
    public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
      sent.add(progress - counted);
      counted = progress;
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture future) {
      // All that was written has been reported as progress; a failure closes the channel.
    }
  }
}
