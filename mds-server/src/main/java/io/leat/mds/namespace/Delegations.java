package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.DelegatedRange;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.PoolRecord;
import io.leat.model.BlockRange;
import java.util.ArrayList;
import java.util.List;

/** Space handed out with a write lease, or to a session. */
public final class Delegations {

  private Delegations() {}

  /** The space, in the order of handing out; what adjoins is one range, as a writer sees it. */
  public static List<BlockRange> ranges(LeaseRecord lease) {
    return ranges(lease.getDelegatedList());
  }

  /** As {@link #ranges(LeaseRecord)}, of a session's pool. */
  public static List<BlockRange> ranges(PoolRecord pool) {
    return ranges(pool.getDelegatedList());
  }

  private static List<BlockRange> ranges(List<DelegatedRange> delegated) {
    List<BlockRange> ranges = new ArrayList<>(delegated.size());
    for (DelegatedRange range : delegated) {
      add(ranges, new BlockRange(range.getVolume(), range.getBlock(), range.getCount()));
    }
    return ranges;
  }

  private static void add(List<BlockRange> ranges, BlockRange next) {
    int end = ranges.size() - 1;
    BlockRange last = ranges.isEmpty() ? null : ranges.get(end);
    if (last != null && last.volume() == next.volume() && last.end() == next.block()) {
      ranges.set(end, new BlockRange(last.volume(), last.block(), last.count() + next.count()));
    } else {
      ranges.add(next);
    }
  }

  public static LeaseRecord with(LeaseRecord lease, List<BlockRange> ranges) {
    return lease.toBuilder().clearDelegated().addAllDelegated(records(ranges)).build();
  }

  static PoolRecord pool(List<BlockRange> ranges) {
    return PoolRecord.newBuilder().addAllDelegated(records(ranges)).build();
  }

  private static List<DelegatedRange> records(List<BlockRange> ranges) {
    return ranges.stream()
        .map(
            range ->
                DelegatedRange.newBuilder()
                    .setVolume(range.volume())
                    .setBlock(range.block())
                    .setCount(range.count())
                    .build())
        .toList();
  }

  /** True when one of {@code ranges} holds all of {@code part}. */
  public static boolean hold(List<BlockRange> ranges, BlockRange part) {
    return ranges.stream().anyMatch(r -> r.contains(part.volume(), part.block(), part.end()));
  }

  /** What is left of {@code ranges} without {@code part}. */
  public static List<BlockRange> without(List<BlockRange> ranges, BlockRange part) {
    List<BlockRange> left = new ArrayList<>(ranges.size() + 1);
    for (BlockRange range : ranges) {
      if (!range.contains(part.volume(), part.block(), part.end())) {
        left.add(range);
        continue;
      }
      if (range.block() < part.block()) {
        left.add(new BlockRange(range.volume(), range.block(), part.block() - range.block()));
      }
      if (part.end() < range.end()) {
        left.add(new BlockRange(range.volume(), part.end(), range.end() - part.end()));
      }
    }
    return left;
  }
}
