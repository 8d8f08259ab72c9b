package io.leat.coordination;

/** Hears of changes of a session's state. */
@FunctionalInterface
public interface ConnectionListener {

  /**
   * The session went to {@code state}. Called in the order of the changes, on a thread of the
   * coordination that does nothing else.
   */
  void connectionChanged(ConnectionState state);
}
