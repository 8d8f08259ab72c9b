package io.leat.mds.journal;

/**
 * Someone holds, or may hold, an epoch that is not older: do not become or stay owner with this
 * one.
 */
public final class NewerEpochException extends JournalException {

  public NewerEpochException(String message) {
    super(message);
  }
}
