package io.leat.mds.journal;

/**
 * The journal takes no more batches: it failed, lost its epoch or was closed. Batches for which
 * append did not return may or may not be part of history; only a new activation can tell.
 */
public final class JournalStoppedException extends JournalException {

  JournalStoppedException(String message, Throwable cause) {
    super(message, cause);
  }
}
