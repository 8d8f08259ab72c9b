package io.leat.mds.sim;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/** What everything in a simulation shares. */
final class World {

  final VirtualTime time = new VirtualTime();
  final Trace trace = new Trace();
  final Judge judge = new Judge();
  final Profile profile;
  final Optional<Plants> plant;

  /** Decides about messages and delays; others have generators of their own. */
  final RandomGenerator random;

  private final SplittableRandom seeds;
  private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private final Map<Met, Long> met = new EnumMap<>(Met.class);
  private final Map<Long, SimProcess> locks = new HashMap<>();
  private final Set<Long> seen = new HashSet<>();
  private long settledMillis = -1;
  private long volumeSyncedMillis = -1;
  private long dataLost;
  private long operations;
  private long tags;
  private boolean calm;

  World(long seed, Optional<Plants> plant, UnaryOperator<Profile> shape) {
    this.seeds = new SplittableRandom(seed);
    this.plant = plant;
    this.profile = shape.apply(Profile.of(newRandom()));
    this.random = newRandom();
  }

  /** A generator of its own, so that one part's use does not change what another part draws. */
  RandomGenerator newRandom() {
    return seeds.split();
  }

  void note(String who, String what, Object detail) {
    trace.add(time.now(), who, what, detail);
  }

  void count(Fault fault) {
    faults.merge(fault, 1, Integer::sum);
    note("fault", fault.toString(), "");
  }

  void met(Met what) {
    met.merge(what, 1L, Long::sum);
  }

  /** How often each was met; what never was is missing. */
  Map<Met, Long> met() {
    return met;
  }

  Map<Fault, Integer> faults() {
    return faults;
  }

  void countOperation() {
    operations++;
  }

  long operations() {
    return operations;
  }

  /** Somebody was refused bytes that a death of the host has taken. */
  void countDataLost() {
    dataLost++;
  }

  long dataLost() {
    return dataLost;
  }

  /**
   * A request whose answer may not come early was answered: all that was answered before it was
   * asked is durable.
   */
  void settled(long askedMillis) {
    settledMillis = Math.max(settledMillis, askedMillis);
  }

  /** Whether what was answered then is durable, as far as clients can know. */
  boolean isSettled(long answeredMillis) {
    return answeredMillis <= settledMillis;
  }

  /** The server has noted that it has flushed the volume after all that was journaled then. */
  void volumeSynced(long journaledMillis) {
    volumeSyncedMillis = Math.max(volumeSyncedMillis, journaledMillis);
  }

  long volumeSyncedMillis() {
    return volumeSyncedMillis;
  }

  /** Somebody was shown the file that a create has made: both are durable. */
  void seen(long tag) {
    seen.add(tag);
  }

  boolean isSeen(long tag) {
    return seen.contains(tag);
  }

  /** A number that no other create carries. */
  long newTag() {
    return ++tags;
  }

  /** The process takes the lock file of a session. */
  void lock(long session, SimProcess process) {
    locks.put(session, process);
  }

  void unlock(long session) {
    locks.remove(session);
  }

  boolean isLocked(long session) {
    return locks.containsKey(session);
  }

  /** A process is gone, and with it its locks. */
  void unlockAll(SimProcess process) {
    locks.values().removeIf(holder -> holder == process);
  }

  /** No more faults from now on: what is left has to come to its end. */
  void becomeCalm() {
    calm = true;
  }

  boolean calm() {
    return calm;
  }
}
