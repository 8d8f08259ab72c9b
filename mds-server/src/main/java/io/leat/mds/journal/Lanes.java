package io.leat.mds.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Which lane of a metadata area belongs to whom. */
public final class Lanes {

  /** Where lanes are given out that nobody has yet, to all hosts. */
  @FunctionalInterface
  public interface Register {

    /** For areas of which a lock tells. */
    Register NONE = lane -> true;

    /**
     * Makes a lane that of who asks, if it is nobody's yet; it stays so.
     *
     * @return whether it is
     */
    boolean reserve(int lane) throws IOException;
  }

  private Lanes() {}

  /**
   * The lane of a metadata server, for who has acquired all: its own, else the first that is
   * nobody's.
   *
   * @throws LaneInUseException when no lane is left
   */
  public static int of(MetadataArea area, String mds) throws IOException {
    OptionalInt known = area.laneOf(mds);
    List<Optional<String>> owners = area.laneOwners();
    int lane = known.orElse(owners.indexOf(Optional.<String>empty()));
    if (lane < 0) {
      throw noneLeft(area, mds, owners);
    }
    return lane;
  }

  /**
   * Acquires the lane of a metadata server: its own, else the first that is nobody's and nobody has
   * acquired.
   *
   * @param register asked for each lane, so that nobody else takes it
   * @throws LaneInUseException when another process has that lane, or no lane is left
   * @throws LaneNotDrainedException when its lane has to wait; ask again then
   */
  public static int acquire(MetadataArea area, String mds, Register register) throws IOException {
    OptionalInt known = area.laneOf(mds);
    if (known.isPresent()) {
      int lane = known.getAsInt();
      if (!register.reserve(lane)) {
        throw new LaneInUseException(
            "lane %d of %s is that of %s there, and somebody else's in the name service"
                .formatted(lane, area, mds));
      }
      area.acquireLane(lane);
      return lane;
    }
    List<Optional<String>> owners = area.laneOwners();
    for (int lane = 0; lane < owners.size(); lane++) {
      if (owners.get(lane).isEmpty() && register.reserve(lane) && acquired(area, lane)) {
        return lane;
      }
    }
    throw noneLeft(area, mds, owners);
  }

  private static LaneInUseException noneLeft(
      MetadataArea area, String mds, List<Optional<String>> owners) {
    List<String> taken =
        owners.stream().map(o -> o.orElse("a process that has not owned it yet")).toList();
    return new LaneInUseException(
        "virtual server %s has %d lanes for its metadata servers, and none is left for %s: they belong to %s"
            .formatted(area.identity().virtualServer(), owners.size(), mds, taken));
  }

  private static boolean acquired(MetadataArea area, int lane) throws IOException {
    try {
      area.acquireLane(lane);
      return true;
    } catch (LaneInUseException e) {
      return false;
    }
  }
}
