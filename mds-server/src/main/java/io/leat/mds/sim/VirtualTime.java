package io.leat.mds.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The time of a simulation, and what happens when. Events of one moment keep their order. */
final class VirtualTime {

  /** Events under way at most; more means that something repeats itself without end. */
  private static final int EVENTS_MAX = 1_000_000;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long scheduled;

  private record Event(long at, long number, Runnable task) {}

  /** Milliseconds since the simulation began. */
  long now() {
    return now;
  }

  void schedule(long delayMillis, Runnable task) {
    if (events.size() >= EVENTS_MAX) {
      throw new IllegalStateException("more than " + EVENTS_MAX + " events are under way");
    }
    events.add(new Event(now + delayMillis, scheduled++, task));
  }

  /** Lets the next event happen; false when there is none. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.at();
    next.task().run();
    return true;
  }
}
