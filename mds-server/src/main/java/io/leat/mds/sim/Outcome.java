package io.leat.mds.sim;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one simulation came to.
 *
 * @param seed it ran from
 * @param steps events that happened
 * @param operations calls and reads of all users
 * @param virtualMillis how much time went by in it
 * @param faults how often what was let go wrong, by name
 * @param met how often what was come across, by name; 0 for what never was
 * @param dataLost how often somebody was refused bytes that a death of the host had taken
 * @param traceHash equal for equal runs
 * @param violation the first broken invariant; empty when all held
 * @param lastEvents what happened before the end, in words; only with a violation
 */
public record Outcome(
    long seed,
    long steps,
    long operations,
    long virtualMillis,
    Map<String, Integer> faults,
    Map<String, Long> met,
    long dataLost,
    long traceHash,
    Optional<String> violation,
    List<String> lastEvents) {

  public Outcome {
    lastEvents = List.copyOf(lastEvents);
  }

  /** Faults of all kinds. */
  public int faultCount() {
    return faults.values().stream().mapToInt(Integer::intValue).sum();
  }
}
