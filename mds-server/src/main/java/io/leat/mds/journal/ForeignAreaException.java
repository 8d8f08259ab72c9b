package io.leat.mds.journal;

/** The metadata area is another one than expected, or none. */
public final class ForeignAreaException extends JournalException {

  ForeignAreaException(String message) {
    super(message);
  }
}
