package io.leat.mds.check;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Gathers findings and, where wanted, the repairs that go with them. Both are bounded. */
final class Findings {

  /** Findings kept; of the rest only the number is known. */
  static final int KEPT_MAX = 10_000;

  /** Repairs planned in one run of the check; what is left comes with the next one. */
  static final int REPAIRS_MAX = 100_000;

  private final boolean planning;
  private final List<Finding> kept = new ArrayList<>();
  private final Map<FindingKind, Long> counts = new EnumMap<>(FindingKind.class);
  private final List<Repair> repairs = new ArrayList<>();

  /**
   * @param planning also gather repairs
   */
  Findings(boolean planning) {
    this.planning = planning;
  }

  void add(FindingKind kind, String where, String message) {
    counts.merge(kind, 1L, Long::sum);
    if (kept.size() < KEPT_MAX) {
      kept.add(Finding.of(kind, where, message));
    }
  }

  /** A finding that these changes repair; they may only touch what the finding is about. */
  void add(FindingKind kind, String where, String message, Mutation... mutations) {
    add(kind, where, message);
    if (planning && repairs.size() < REPAIRS_MAX) {
      boolean space = kind == FindingKind.ORPHANED_EXTENT || kind == FindingKind.ORPHANED_PIN;
      repairs.add(new Repair(kind + " " + where + ": " + kind.repair(), space, List.of(mutations)));
    }
  }

  /** A repair of several findings, or a part of one that is too large for a batch. */
  void plan(Repair repair) {
    if (planning) {
      repairs.add(repair);
    }
  }

  boolean planning() {
    return planning;
  }

  boolean has(FindingKind kind) {
    return counts.containsKey(kind);
  }

  List<Finding> kept() {
    return kept;
  }

  Map<FindingKind, Long> counts() {
    return counts;
  }

  /** What may be done in view of everything that was found. */
  List<Repair> allowedRepairs() {
    if (counts.keySet().stream().anyMatch(FindingKind::forbidsAllRepair)) {
      return List.of();
    }
    boolean noSpace = counts.keySet().stream().anyMatch(FindingKind::forbidsSpaceRepair);
    return repairs.stream().filter(repair -> !(noSpace && repair.space())).toList();
  }
}
