package io.leat.wire;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Keeps an event loop awake for a moment after it had something to do, because the next message or
 * the next call mostly comes within that time and to wake a thread costs more than the rest of a
 * round trip. Then the loop blocks, so an idle one uses no processor. Used by its event loop alone.
 */
final class SpinningSelect implements SelectStrategy {
  private final BriefSpin spin = new BriefSpin();
  private long activeNanos = System.nanoTime();

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    int ready = selectNow.get();
    if (hasTasks || ready > 0) {
      activeNanos = System.nanoTime();
      return ready;
    }
    return spin.again(activeNanos) ? CONTINUE : SELECT;
  }
}
