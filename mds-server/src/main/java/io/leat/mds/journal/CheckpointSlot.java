package io.leat.mds.journal;

import java.util.Locale;
import java.util.Objects;

/**
 * One of the two places for a checkpoint in a lane.
 *
 * @param lane 0 to {@link AreaIdentity#LANES_MAX} - 1
 */
public record CheckpointSlot(int lane, Side side) {

  /** Checkpoints go to the one and the other in turn. */
  public enum Side {
    A,
    B
  }

  public CheckpointSlot {
    Objects.requireNonNull(side, "side");
    if (lane < 0 || lane >= AreaIdentity.LANES_MAX) {
      throw new IllegalArgumentException("lane " + lane);
    }
  }

  /** The name used for its file and in messages. */
  @Override
  public String toString() {
    return "lane-%02d-checkpoint-%s".formatted(lane, side.name().toLowerCase(Locale.ROOT));
  }
}
