package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All lanes but the own one, acquired on several devices: meanwhile nobody else stands by, or can
 * begin to. A call that does not return in time releases again what it has acquired, when it does.
 */
final class LaneLockout implements Closeable {

  private static final long MILLIS_MAX = 5_000;

  private final List<MirrorLeg> legs;
  private final List<Integer> lanes;
  private volatile boolean over;

  private LaneLockout(List<MirrorLeg> legs, List<Integer> lanes) {
    this.legs = legs;
    this.lanes = lanes;
  }

  /**
   * Acquires them.
   *
   * @param lanes how many the area has
   * @throws LaneInUseException when somebody stands by
   */
  static LaneLockout of(List<MirrorLeg> legs, int lanes, int ownLane) throws IOException {
    LaneLockout lockout =
        new LaneLockout(
            legs, IntStream.range(0, lanes).filter(lane -> lane != ownLane).boxed().toList());
    try {
      for (MirrorLeg leg : legs) {
        leg.call(lockout::acquire, MILLIS_MAX);
      }
      return lockout;
    } catch (IOException e) {
      lockout.close();
      throw e;
    }
  }

  private void acquire(MetadataArea area) throws IOException {
    try {
      for (int lane : lanes) {
        area.acquireLane(lane);
      }
    } finally {
      if (over) {
        release(area);
      }
    }
  }

  private void release(MetadataArea area) throws IOException {
    for (int lane : lanes) {
      area.releaseLane(lane);
    }
  }

  /** What cannot be released is told in the log. */
  @Override
  public void close() {
    over = true;
    legs.forEach(leg -> leg.close(() -> release(leg.area())));
  }
}
