package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.SelectStrategy;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BriefSelectTest {

  @Test
  void shouldReturnWhatIsReadyAndNotSleepOverTasks() throws Exception {
    BriefSelect select = new BriefSelect(0);
    assertEquals(3, select.calculateStrategy(() -> 3, false));
    assertEquals(3, select.calculateStrategy(() -> 3, true));
    assertEquals(0, select.calculateStrategy(() -> 0, true));
  }

  @Test
  void shouldSleepAtOnceWithoutTimeToLook() throws Exception {
    BriefSelect select = new BriefSelect(0);
    assertEquals(1, select.calculateStrategy(() -> 1, false));
    assertEquals(SelectStrategy.SELECT, select.calculateStrategy(() -> 0, false));
  }

  /** At the latest when its time is over; earlier where others compete for the processors. */
  @Test
  void shouldSleepAfterAMomentWithoutActivity() throws Exception {
    BriefSelect select = new BriefSelect(TimeUnit.MILLISECONDS.toNanos(20));
    assertEquals(1, select.calculateStrategy(() -> 1, false));
    long start = System.nanoTime();
    int strategy = SelectStrategy.CONTINUE;
    while (strategy == SelectStrategy.CONTINUE
        && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10)) {
      strategy = select.calculateStrategy(() -> 0, false);
    }
    assertEquals(SelectStrategy.SELECT, strategy);
  }
}
