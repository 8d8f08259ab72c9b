package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BriefSpinTest {
  private static final long LOST = BriefSpin.LOST_NANOS;

  private final BriefSpin spin = new BriefSpin(1);
  private long now = System.nanoTime();

  @Test
  void shouldNotPauseAfterShortYield() {
    spin.yielded(now, now + LOST - 1);
    assertFalse(spin.isPaused(now + LOST - 1));
  }

  @Test
  void shouldPauseForAMomentAfterLostYield() {
    loseYield();
    assertPausedFor(BriefSpin.PAUSE_NANOS_MIN);
  }

  @Test
  void shouldPauseForLongerEachTimeWhileYieldsAreLost() {
    long expected = BriefSpin.PAUSE_NANOS_MIN;
    for (int i = 0; i < 10; i++) {
      loseYield();
      assertPausedFor(expected);
      expected = Math.min(2 * expected, BriefSpin.PAUSE_NANOS_MAX);
    }
  }

  @Test
  void shouldPauseForAMomentAgainAfterQuietTime() {
    loseYield();
    assertPausedFor(BriefSpin.PAUSE_NANOS_MIN);
    loseYield();
    assertPausedFor(2 * BriefSpin.PAUSE_NANOS_MIN);
    now += 2 * BriefSpin.PAUSE_NANOS_MIN;
    loseYield();
    assertPausedFor(BriefSpin.PAUSE_NANOS_MIN);
  }

  private void loseYield() {
    spin.yielded(now, now + LOST);
    now += LOST;
  }

  private void assertPausedFor(long nanos) {
    assertTrue(spin.isPaused(now + nanos - 1));
    now += nanos;
    assertFalse(spin.isPaused(now));
  }
}
