package io.leat.mds.core;

import io.leat.mds.operation.TokenConflict.Wanted;
import io.leat.model.TokenSet;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * Requests that wait for tokens, first come first served. Each waits for all that it wants at once,
 * so that what has come back is not given away while it waits for the rest.
 */
final class Waiters {

  /** Requests that may wait at the same time in one virtual server. */
  static final int WAITING_MAX = 10_000;

  private final Set<Waiter> waiting = new LinkedHashSet<>();
  private final Map<Long, Line> byFile = new LinkedHashMap<>();

  /** Those that have waited, and need not any longer. */
  private final Queue<Waiter> free = new ArrayDeque<>();

  /** A request that waits. */
  static final class Waiter {
    private final Inbound inbound;
    private final List<Wanted> wanted;
    private long sinceMillis;

    /**
     * A request.
     *
     * @param wanted what it needs nobody to hold anything against
     * @param sinceMillis on the monotonic clock
     */
    Waiter(Inbound inbound, List<Wanted> wanted, long sinceMillis) {
      this.inbound = inbound;
      this.wanted = wanted;
      this.sinceMillis = sinceMillis;
    }

    Inbound inbound() {
      return inbound;
    }

    List<Wanted> wanted() {
      return wanted;
    }

    /** What it wants of one file. */
    TokenSet wanted(long file) {
      return wanted.stream()
          .filter(one -> one.file() == file)
          .map(Wanted::tokens)
          .reduce(TokenSet.NONE, TokenSet::union);
    }

    long sinceMillis() {
      return sinceMillis;
    }

    private boolean isFree(LongFunction<TokenSet> held) {
      return wanted.stream()
          .allMatch(one -> held.apply(one.file()).conflictsWith(one.tokens()).isEmpty());
    }
  }

  /** Who waits for one file, and what they want of it all together. */
  private static final class Line {
    private final Set<Waiter> waiters = new LinkedHashSet<>();

    /** How often the same is wanted. */
    private final Map<TokenSet, Integer> counts = new LinkedHashMap<>();

    private TokenSet wanted = TokenSet.NONE;

    void add(Waiter waiter, TokenSet tokens) {
      waiters.add(waiter);
      var unused = counts.merge(tokens, 1, Integer::sum);
      wanted = wanted.union(tokens);
    }

    void remove(Waiter waiter, TokenSet tokens) {
      waiters.remove(waiter);
      if (counts.computeIfPresent(tokens, (same, count) -> count == 1 ? null : count - 1) == null) {
        wanted = counts.keySet().stream().reduce(TokenSet.NONE, TokenSet::union);
      }
    }
  }

  boolean isFull() {
    return waiting.size() + free.size() >= WAITING_MAX;
  }

  void add(Waiter waiter) {
    waiting.add(waiter);
    for (Wanted one : waiter.wanted()) {
      byFile.computeIfAbsent(one.file(), file -> new Line()).add(waiter, one.tokens());
    }
  }

  List<Long> files() {
    return List.copyOf(byFile.keySet());
  }

  /** Those that wait for a file, or for others and want this one, too. */
  List<Waiter> of(long file) {
    Line line = byFile.get(file);
    return line == null ? List.of() : List.copyOf(line.waiters);
  }

  /** What requests want of a file, all together. */
  TokenSet wanted(long file) {
    Line line = byFile.get(file);
    return line == null ? TokenSet.NONE : line.wanted;
  }

  /** Those that have waited since before that moment. */
  List<Waiter> since(long millis) {
    return waiting.stream().filter(waiter -> waiter.sinceMillis < millis).toList();
  }

  /** Counts everybody's waiting from {@code nowMillis} on. */
  void startAgain(long nowMillis) {
    waiting.forEach(waiter -> waiter.sinceMillis = nowMillis);
  }

  /**
   * Ends the waiting of those whose tokens are free now, all at once: what the first of them is
   * granted is not asked back for the others.
   *
   * @param held what is held of a file
   */
  void free(LongFunction<TokenSet> held) {
    waiting.stream()
        .filter(one -> one.isFree(held))
        .toList()
        .forEach(
            one -> {
              remove(one);
              free.add(one);
            });
  }

  boolean hasFree() {
    return !free.isEmpty();
  }

  /** Takes the first one out that need not wait any longer. */
  Waiter takeFree() {
    return free.remove();
  }

  /** Forgets requests whose sender will send them again, or is gone. */
  void removeIf(Predicate<Waiter> gone) {
    waiting.stream().filter(gone).toList().forEach(this::remove);
    free.removeIf(gone);
  }

  private void remove(Waiter waiter) {
    waiting.remove(waiter);
    for (Wanted one : waiter.wanted()) {
      Line line = byFile.get(one.file());
      if (line != null) {
        line.remove(waiter, one.tokens());
        if (line.waiters.isEmpty()) {
          byFile.remove(one.file());
        }
      }
    }
  }
}
