package io.leat.mds.journal;

import java.io.IOException;

/** A failure of the journal that its user can tell from others by its type. */
public abstract sealed class JournalException extends IOException
    permits NewerEpochException,
        JournalFullException,
        JournalStoppedException,
        DamagedJournalException,
        PositionNotInHistoryException,
        ForeignAreaException,
        LaneInUseException,
        LaneNotDrainedException {

  JournalException(String message) {
    super(message);
  }

  JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
