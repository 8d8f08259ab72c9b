package io.leat.wire;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.SelectStrategy;
import io.netty.channel.SelectStrategyFactory;
import io.netty.util.IntSupplier;
import java.util.concurrent.TimeUnit;

/**
 * Keeps an event loop awake for a moment after it had something to do, because the next message or
 * the next call mostly comes within that time and to wake a thread costs more than the rest of a
 * round trip. After {@link #SPIN_NANOS} without activity the loop blocks, so an idle one uses no
 * processor; in between it yields its processor to whoever wants it. Used by its event loop alone.
 */
final class SpinningSelect implements SelectStrategy {

  /** How long a loop stays awake after activity. */
  static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private long activeNanos = System.nanoTime();

  /** Makes one for each loop; where there is one processor alone, loops block at once. */
  static SelectStrategyFactory factory() {
    return Runtime.getRuntime().availableProcessors() > 1
        ? SpinningSelect::new
        : DefaultSelectStrategyFactory.INSTANCE;
  }

  // Nothing relies on the scheduler: to yield only leaves the processor to whoever can use it.
  @SuppressWarnings("ThreadPriorityCheck")
  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    int ready = selectNow.get();
    long now = System.nanoTime();
    if (hasTasks || ready > 0) {
      activeNanos = now;
      return ready;
    }
    if (now - activeNanos >= SPIN_NANOS) {
      return SELECT;
    }
    Thread.yield();
    return CONTINUE;
  }
}
