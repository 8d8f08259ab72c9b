package io.leat.client.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The gates of a client's streams, from the grant until nothing of the stream's can be on its way
 * to a volume. Confined to the engine.
 */
final class WriteGates {

  /** A failed write is taken to have landed or not after this many leases. */
  private static final int SETTLE_LEASES = 2;

  private final Environment environment;
  private final Listener listener;
  private final Set<WriteGate> open = new LinkedHashSet<>();

  /** Gates that are closed while a write is inside, or one that failed may still land. */
  private final Set<WriteGate> draining = new LinkedHashSet<>();

  private long settleMillis;

  /** Is told of gates that could not be told of when they were closed. */
  @FunctionalInterface
  interface Listener {
    void drained(WriteGate gate);
  }

  WriteGates(Environment environment, Listener listener) {
    this.environment = environment;
    this.listener = listener;
  }

  /** How long a lease is now. */
  void leaseIs(long lengthMillis) {
    settleMillis = SETTLE_LEASES * lengthMillis;
  }

  WriteGate open(long session, long stream, long file) {
    WriteGate gate = new WriteGate(session, stream, file);
    open.add(gate);
    return gate;
  }

  /**
   * Closes a gate that may be closed already.
   *
   * @return true when it was open and nothing is on its way; else the listener is told, if it was
   *     open
   */
  boolean close(WriteGate gate) {
    if (!open.remove(gate)) {
      return false;
    }
    draining.add(gate);
    boolean empty = gate.close(left -> environment.schedule(0, () -> left(left)));
    if (empty && !gate.hasFailed()) {
      draining.remove(gate);
      return true;
    }
    if (empty) {
      left(gate);
    }
    return false;
  }

  /** Nobody is inside any more. */
  private void left(WriteGate gate) {
    environment.schedule(
        gate.hasFailed() ? settleMillis : 0,
        () -> {
          if (draining.remove(gate)) {
            listener.drained(gate);
          }
        });
  }

  /** Closes the gates of a file's streams; gives the streams that are drained with it. */
  List<Long> closeFile(long file) {
    return close(open.stream().filter(gate -> gate.file() == file).toList());
  }

  /** Whether a stream other than that of {@code but} writes a file; any, when there is none. */
  boolean isWritten(long file, WriteGate but) {
    return open.stream().anyMatch(gate -> gate.file() == file && gate != but);
  }

  /** Closes every gate. */
  void closeAll() {
    close(List.copyOf(open));
  }

  private List<Long> close(List<WriteGate> gates) {
    List<Long> drained = new ArrayList<>();
    for (WriteGate gate : gates) {
      if (close(gate)) {
        drained.add(gate.stream());
      }
    }
    return drained;
  }

  boolean isEmpty() {
    return open.isEmpty() && draining.isEmpty();
  }

  /** Whether something granted by this session may still be on its way. */
  boolean isDrained(long session) {
    return none(open, session) && none(draining, session);
  }

  private static boolean none(Set<WriteGate> gates, long session) {
    return gates.stream().noneMatch(gate -> gate.session() == session);
  }
}
