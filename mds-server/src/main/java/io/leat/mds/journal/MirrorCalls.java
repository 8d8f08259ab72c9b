package io.leat.mds.journal;

import io.leat.mds.journal.MirrorLeg.Begun;
import io.leat.mds.journal.MirrorLeg.Call;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Calls to several devices of a {@link MirroredArea} that are under way at the same time. One
 * thread.
 */
final class MirrorCalls {

  private final Map<MirrorLeg, Begun> begun = new LinkedHashMap<>();
  private final Map<MirrorLeg, IOException> failures = new LinkedHashMap<>();
  private int done;

  void begin(MirrorLeg leg, Call call) {
    begun.put(leg, leg.begin(call));
  }

  /** Waits until all have ended, for so long at most. */
  void await(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (MirrorLeg leg : List.copyOf(begun.keySet())) {
      try {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (!begun.get(leg).awaitEnd(Math.max(left, 0))) {
          continue;
        }
        done |= leg.bit();
      } catch (IOException e) {
        failures.put(leg, e);
      }
      begun.remove(leg);
    }
  }

  /** The set of devices on which they have succeeded. */
  int done() {
    return done;
  }

  /** Waits no longer; what has failed, and what has not ended. */
  Map<MirrorLeg, IOException> giveUp() {
    begun.forEach((leg, call) -> failures.put(leg, call.giveUp()));
    begun.clear();
    return failures;
  }
}
