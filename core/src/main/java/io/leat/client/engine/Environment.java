package io.leat.client.engine;

import io.leat.wire.proto.Envelope;
import java.io.IOException;

/**
 * Everything the engine needs from outside: clocks, timers and connections. A process gives it real
 * ones, a simulator its own.
 */
public interface Environment {

  /** Milliseconds since some moment; never jumps. */
  long monotonicMillis();

  /** Milliseconds since 1970; may jump. */
  long wallMillis();

  /** Runs {@code task} once, {@code delayMillis} from now, confined as every call to the engine. */
  void schedule(long delayMillis, Runnable task);

  /**
   * A session of this client is over, and nothing that it was granted is on its way to a volume:
   * its lock file may go. Does not wait for anything.
   */
  void drained(long session);

  /** Begins to connect to {@code host:port}; what comes of it is told to the listener. */
  void connect(String address, LinkListener listener);

  /** A connection after the handshake. */
  interface Link {
    void send(Envelope message);

    void close(String reason);
  }

  /** What happens to a connection; calls are confined as every call to the engine. */
  interface LinkListener {
    void onOpen(Link link);

    void onFailed(IOException cause);

    void onMessage(Envelope message);

    void onClosed(String reason);
  }
}
