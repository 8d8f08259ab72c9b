package io.leat.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starting and ending of event loops: daemon threads with names, NIO alone. */
final class EventLoops {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

  /** Encoded bytes per connection above which no more are encoded, and below which again. */
  static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(512 << 10, 1 << 20);

  /** How long a loop looks before it sleeps: longer than a client takes to send what follows. */
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  /** How long ending may take. */
  private static final long STOP_SECONDS_MAX = 10;

  private EventLoops() {}

  static EventLoopGroup start(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads,
        new DefaultThreadFactory(name, true),
        NioIoHandler.newFactory(SelectorProvider.provider(), () -> new BriefSelect(SPIN_NANOS)));
  }

  /** Ends the loops with their connections; waits unless called from one of them. */
  static void stop(EventLoopGroup loops) {
    var unused = loops.shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS);
    await(loops, loops.terminationFuture());
  }

  /** Waits for what the loops do, unless called from one of them. */
  static void await(EventLoopGroup loops, Future<?> done) {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return;
      }
    }
    if (!done.awaitUninterruptibly(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      log.warn("Event loops still run {} s after they were told to end", STOP_SECONDS_MAX);
    }
  }
}
