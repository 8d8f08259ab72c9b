package io.leat.mds.sim;

/** Keeps the first violation. It is noted, not thrown: futures would swallow it. */
final class Judge {

  private String violation;

  /**
   * Notes a violation.
   *
   * @param invariant its name in docs/architecture.md, as "D3"
   */
  void violated(String invariant, String what) {
    if (violation == null) {
      violation = invariant + ": " + what;
    }
  }

  /** Null while nothing is violated. */
  String violation() {
    return violation;
  }
}
