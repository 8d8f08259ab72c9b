package io.leat.mds.journal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Which lane of a metadata area belongs to whom. */
public final class Lanes {

  private Lanes() {}

  /**
   * The lane of a metadata server, for who has acquired all: the one whose last claim of an epoch
   * is its own, else the first that nobody has ever claimed one in.
   *
   * @throws LaneInUseException when no lane is left
   */
  public static int of(MetadataArea area, String mds) throws IOException {
    List<Optional<String>> owners = new EpochBlocks(area).owners();
    int known = owners.lastIndexOf(Optional.of(mds));
    int lane = known >= 0 ? known : owners.indexOf(Optional.empty());
    if (lane < 0) {
      throw noneLeft(area, mds, owners);
    }
    return lane;
  }

  /**
   * Acquires the lane of a metadata server: the one whose last claim of an epoch is its own, else
   * the first that nobody has ever claimed one in and nobody has acquired.
   *
   * @throws LaneInUseException when another process has that lane, or no lane is left
   */
  public static int acquire(MetadataArea area, String mds) throws IOException {
    List<Optional<String>> owners = new EpochBlocks(area).owners();
    int known = owners.lastIndexOf(Optional.of(mds));
    if (known >= 0) {
      area.acquireLane(known);
      return known;
    }
    for (int lane = 0; lane < owners.size(); lane++) {
      if (owners.get(lane).isEmpty() && acquired(area, lane)) {
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
