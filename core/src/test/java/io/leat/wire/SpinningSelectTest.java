package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.SelectStrategy;
import org.junit.jupiter.api.Test;

class SpinningSelectTest {

  /** Calls within which any machine gets through the bound. */
  private static final int CALLS_MAX = 10_000_000;

  private final SpinningSelect select = new SpinningSelect();

  @Test
  void handsOnWhatIsReady() throws Exception {
    assertEquals(3, select.calculateStrategy(() -> 3, false));
    assertEquals(0, select.calculateStrategy(() -> 0, true));
  }

  @Test
  void blocksInTheEnd() throws Exception {
    assertTrue(untilItBlocks() < CALLS_MAX);
    assertEquals(SelectStrategy.SELECT, select.calculateStrategy(() -> 0, false));
  }

  @Test
  void sleepsAtOnceWhenTheBoundLiesBehind() {
    assertFalse(new BriefSpin().again(System.nanoTime() - BriefSpin.SPIN_NANOS));
  }

  private int untilItBlocks() throws Exception {
    int calls = 0;
    int strategy = SelectStrategy.CONTINUE;
    while (strategy != SelectStrategy.SELECT && calls < CALLS_MAX) {
      strategy = select.calculateStrategy(() -> 0, false);
      calls++;
    }
    return calls;
  }
}
