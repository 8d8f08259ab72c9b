package io.leat.mds.journal;

/** The position is on no batch of the history: an image at this position cannot be used. */
public final class PositionNotInHistoryException extends JournalException {

  PositionNotInHistoryException(String message) {
    super(message);
  }
}
