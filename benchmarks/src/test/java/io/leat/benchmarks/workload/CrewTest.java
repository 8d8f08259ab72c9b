package io.leat.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrewTest {

  @Test
  void shouldCountWhatAllThreadsHaveDone() throws Exception {
    AtomicInteger left = new AtomicInteger(1_000);

    Crew.Work work = Crew.runOut(4, (thread, time) -> left.getAndDecrement() > 0);

    assertEquals(1_000, work.tasks());
  }

  @Test
  void shouldTellEachThreadHowOftenItHasRun() throws Exception {
    int[] last = new int[2];

    Crew.Work work =
        Crew.runOut(
            2,
            (thread, time) -> {
              last[thread] = time;
              return time < 10 * (thread + 1);
            });

    assertEquals(30, work.tasks());
    assertEquals(10, last[0]);
    assertEquals(20, last[1]);
  }

  @Test
  void shouldPassAFailureOn() {
    assertThrows(
        FileNotFoundException.class,
        () ->
            Crew.runOut(
                2,
                (thread, time) -> {
                  throw new FileNotFoundException("gone");
                }));
  }

  @Test
  void shouldCountPerSecond() {
    assertEquals(4_000, new Crew.Work(2_000, 500_000_000).perSecond());
  }
}
