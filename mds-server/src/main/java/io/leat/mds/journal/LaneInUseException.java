package io.leat.mds.journal;

/** Another process, or this one already, writes this lane. */
public final class LaneInUseException extends JournalException {

  /**
   * Says who.
   *
   * @param message for people
   */
  public LaneInUseException(String message) {
    super(message);
  }
}
