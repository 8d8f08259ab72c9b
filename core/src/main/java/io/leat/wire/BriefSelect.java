package io.leat.wire;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Lets an event loop look for {@link BriefSpin a moment} after its last activity before it sleeps:
 * a client that waits for each answer sends its next request soon, and to wake a sleeping thread
 * takes sender and receiver longer than the rest of the way. For one event loop.
 */
final class BriefSelect implements SelectStrategy {

  private final BriefSpin spin;
  private long activeNanos = System.nanoTime();

  /**
   * @param spinNanos how long it looks
   */
  BriefSelect(long spinNanos) {
    this.spin = new BriefSpin(spinNanos);
  }

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
