package io.leat.mds.journal;

/** Another process, or this one already, writes this lane. */
public final class LaneInUseException extends JournalException {

  LaneInUseException(String message) {
    super(message);
  }
}
