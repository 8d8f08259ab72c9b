package io.leat.mds.server;

import io.leat.mds.core.Time;

/** Where the loop takes the time from that it hands to the state machine. */
@FunctionalInterface
public interface TimeSource {

  Time now();

  /** The machine's clocks. */
  static TimeSource system() {
    return () -> new Time(System.currentTimeMillis(), System.nanoTime() / 1_000_000);
  }
}
