package io.leat.coordination;

/**
 * How a session stands with the name service.
 *
 * <pre>
 *   CONNECTED --no word from it--> SUSPENDED --session timeout--> LOST
 *       ^                              |                            |
 *       +--------same session----------+                            |
 *       +-----------------------new session-------------------------+
 * </pre>
 */
public enum ConnectionState {
  /** Calls are answered, and this session's members are seen by the cell. */
  CONNECTED,

  /**
   * Not in touch; the session may still be alive. Coordination pauses at once: start no election
   * and no move. Claims are kept, since the session is not known to be gone.
   */
  SUSPENDED,

  /**
   * The session is gone and with it everything that lived by it: a member drops its claims now.
   * Members that are still joined appear again, in a new session, when CONNECTED is reached.
   */
  LOST
}
