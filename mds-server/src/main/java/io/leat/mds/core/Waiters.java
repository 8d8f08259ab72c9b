package io.leat.mds.core;

import io.leat.model.TokenSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Requests that wait for tokens of a file, first come first served. */
final class Waiters {

  /** Requests that may wait at the same time in one virtual server. */
  static final int WAITING_MAX = 10_000;

  private final Map<Long, List<Waiter>> byFile = new LinkedHashMap<>();
  private int waiting;

  /**
   * A request that waits.
   *
   * @param wanted what it needs nobody to hold anything against
   * @param sinceMillis on the monotonic clock
   */
  record Waiter(Inbound inbound, TokenSet wanted, long sinceMillis) {}

  boolean isFull() {
    return waiting >= WAITING_MAX;
  }

  void add(long file, Waiter waiter) {
    byFile.computeIfAbsent(file, f -> new ArrayList<>()).add(waiter);
    waiting++;
  }

  boolean awaits(long file) {
    return byFile.containsKey(file);
  }

  List<Long> files() {
    return List.copyOf(byFile.keySet());
  }

  List<Waiter> of(long file) {
    return List.copyOf(byFile.getOrDefault(file, List.of()));
  }

  /** What requests wait for of a file, all together. */
  TokenSet wanted(long file) {
    List<Waiter> waiters = byFile.get(file);
    return waiters == null
        ? TokenSet.NONE
        : waiters.stream().map(Waiter::wanted).reduce(TokenSet.NONE, TokenSet::union);
  }

  /** Counts everybody's waiting from {@code nowMillis} on. */
  void startAgain(long nowMillis) {
    byFile
        .values()
        .forEach(
            list ->
                list.replaceAll(
                    waiter -> new Waiter(waiter.inbound(), waiter.wanted(), nowMillis)));
  }

  /** Takes those out that need not wait for a file any longer; the others go on waiting. */
  List<Waiter> take(long file, Predicate<Waiter> over) {
    List<Waiter> waiters = byFile.get(file);
    if (waiters == null) {
      return List.of();
    }
    List<Waiter> taken = waiters.stream().filter(over).toList();
    waiters.removeAll(taken);
    waiting -= taken.size();
    if (waiters.isEmpty()) {
      byFile.remove(file);
    }
    return taken;
  }

  /** Forgets requests whose sender will send them again, or is gone. */
  void removeIf(Predicate<Waiter> gone) {
    for (long file : files()) {
      var unused = take(file, gone);
    }
  }
}
