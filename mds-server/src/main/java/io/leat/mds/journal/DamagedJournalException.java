package io.leat.mds.journal;

/** The storage contradicts itself in a way that no crash can cause; someone must look at it. */
public final class DamagedJournalException extends JournalException {

  DamagedJournalException(String message) {
    super(message);
  }
}
