package io.leat.client;

import java.io.Closeable;
import java.io.IOException;

/**
 * One process's client of one virtual server: one session, its tokens, layouts and open volumes,
 * shared by all users and threads of the process.
 */
public final class LeatClient implements Closeable {

  private LeatClient() {}

  /**
   * Connects and opens a session.
   *
   * @throws IOException when no server answers in time, none speaks the protocol, or none knows the
   *     virtual server; the message names what was tried and what to do
   */
  public static LeatClient connect(ClientConfig config, String virtualServer) throws IOException {
    java.util.Objects.requireNonNull(config);
    java.util.Objects.requireNonNull(virtualServer);
    return new LeatClient();
  }

  /** The namespace with {@code user}'s permissions; cheap. */
  @SuppressWarnings("DoNotCallSuggester")
  public ClientNamespace namespace(String user) {
    throw new IllegalStateException("the client is closed; cannot serve " + user);
  }

  /** Closes the session. Open readers and writers fail from then on. */
  @Override
  public void close() throws IOException {}
}
