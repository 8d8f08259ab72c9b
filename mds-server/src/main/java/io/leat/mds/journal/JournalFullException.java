package io.leat.mds.journal;

/** The lane has as many segments as it may have. Nothing was written and nothing is lost. */
public final class JournalFullException extends JournalException {

  JournalFullException(String message) {
    super(message);
  }

  JournalFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
