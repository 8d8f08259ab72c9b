package io.leat.mds.journal;

/** A lane may be used later: what was written to it before may still land. */
public final class LaneNotDrainedException extends JournalException {

  private final long millis;

  /**
   * @param millis until it makes sense to ask again, 1 or more
   */
  LaneNotDrainedException(String message, long millis) {
    super(message);
    this.millis = millis;
  }

  /** Until it makes sense to ask again, 1 or more. */
  public long millis() {
    return millis;
  }
}
