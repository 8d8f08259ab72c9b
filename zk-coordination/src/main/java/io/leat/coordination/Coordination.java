package io.leat.coordination;

import java.io.Closeable;

/**
 * One session of a server, agent or tool with the name service of a cell.
 *
 * <p>Safe for use by many threads unless the implementation says otherwise. Every call that talks
 * to the name service blocks for a bounded time and throws {@link CoordinationUnavailableException}
 * when there was no answer; nothing is retried without end.
 *
 * <p>{@link #close()} ends the session: this session's members vanish at once, its subscriptions
 * fall silent, and later calls throw {@link IllegalStateException}. Ownership records stay, as they
 * outlive sessions.
 */
public interface Coordination extends Closeable {

  /** Who is alive in the cell. */
  Membership membership();

  /** Who owns which virtual server. */
  Ownership ownership();

  /** Which virtual servers exist and where their configuration stands. */
  VirtualServers virtualServers();

  /** The state of this session as last heard; it may have changed already. */
  ConnectionState connectionState();

  /**
   * Calls {@code listener} with every change of state from now on. The present state is not
   * reported; ask {@link #connectionState()} after subscribing.
   */
  Subscription subscribe(ConnectionListener listener);
}
