package io.leat.wire;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The connections of a server, with their bound. Thread-safe. */
final class ConnectionTable {

  /** What happens to a new connection. */
  enum Admission {
    /** There is room. */
    SERVED,
    /** Full, but it is told so after its Hello. */
    TO_BE_REFUSED,
    /** Full, and many are being told: closed at once. */
    REJECTED
  }

  /** Connections above the limit that may stay long enough to be told why they are refused. */
  static final int MAX_BEING_REFUSED = 64;

  private final Semaphore room;
  private final Semaphore refusals = new Semaphore(MAX_BEING_REFUSED);
  private final ConcurrentHashMap<NettyChannel, Semaphore> holders = new ConcurrentHashMap<>();
  private volatile boolean closed;

  ConnectionTable(int maxConnections) {
    room = new Semaphore(maxConnections);
  }

  Admission add(NettyChannel channel) {
    if (room.tryAcquire()) {
      hold(channel, room);
      return Admission.SERVED;
    }
    if (refusals.tryAcquire()) {
      hold(channel, refusals);
      return Admission.TO_BE_REFUSED;
    }
    return Admission.REJECTED;
  }

  void remove(NettyChannel channel) {
    Semaphore held = holders.remove(channel);
    if (held != null) {
      held.release();
    }
  }

  /** Closes every connection, those too that are being added meanwhile. */
  void close(String reason) {
    closed = true;
    holders.keySet().forEach(channel -> channel.close(reason));
  }

  private void hold(NettyChannel channel, Semaphore permit) {
    holders.put(channel, permit);
    if (closed) {
      channel.close("the server is closed");
    }
  }
}
