package io.leat.client.engine;

/**
 * How long the client may use what its session holds (D4). The time counts from when the renewal
 * was sent, and is over when either clock says so.
 *
 * @param sentMonotonic when the last renewal that was answered had been sent
 * @param sentWall the same moment on the wall clock
 * @param lengthMillis as the server granted it
 */
record Lease(long sentMonotonic, long sentWall, long lengthMillis) {

  /** Nothing is held. */
  static final Lease NONE = new Lease(0, 0, 0);

  /** Part of the lease at its end in which no I/O is started: one in this many. */
  private static final int MARGIN = 5;

  /** Renewals per lease, so that some may be lost. */
  private static final int RENEWALS = 4;

  boolean valid(long monotonic, long wall) {
    return isWithin(lengthMillis, monotonic, wall);
  }

  /** Whether something that is granted for so long after a renewal may be used. */
  boolean isWithin(long lengthMillis, long monotonic, long wall) {
    long usable = lengthMillis - lengthMillis / MARGIN;
    return monotonic - sentMonotonic < usable && wall - sentWall < usable;
  }

  /** Milliseconds between renewals. */
  long renewalMillis() {
    return renewalMillis(lengthMillis);
  }

  /** Milliseconds between renewals of what is granted for so long. */
  static long renewalMillis(long lengthMillis) {
    return Math.max(1, lengthMillis / RENEWALS);
  }
}
