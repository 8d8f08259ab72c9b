package io.leat.mds.namespace;

import com.google.protobuf.InvalidProtocolBufferException;
import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Who owns each block of a virtual server's volume: exactly one, in a sound image. */
public final class BlockAccounts {

  /** What a block is used for. */
  public enum Owner {
    HEADER,
    FREE,
    QUARANTINED,
    PINNED,
    DELEGATED,
    FILE
  }

  private final Map<Long, Owner> owners = new HashMap<>();
  private final Map<Owner, Long> counts = new EnumMap<>(Owner.class);
  private String problem;

  private BlockAccounts() {}

  /** Counts the blocks of volume 0, one by one: for small volumes. */
  public static BlockAccounts of(ImageReader image) {
    BlockAccounts accounts = new BlockAccounts();
    accounts.add(Owner.HEADER, 0, 1);
    image.scan(
        Keys.freeOn(0),
        null,
        (k, v) -> accounts.add(Owner.FREE, Keys.number(k, 1), Values.count(v)));
    image.scan(
        Keys.quarantine(),
        null,
        (k, v) -> accounts.add(Owner.QUARANTINED, Keys.number(k, 2), Values.count(v)));
    image.scan(
        Keys.pins(),
        null,
        (k, v) -> accounts.add(Owner.PINNED, Keys.number(k, 2), Values.count(v)));
    image.scan(
        Keys.allExtents(), null, (k, v) -> accounts.extent(Values.extent(Keys.number(k, 1), v)));
    image.scan(Keys.allLeases(), null, (k, v) -> accounts.lease(v));
    accounts.compare(new Namespace(image));
    return accounts;
  }

  private boolean extent(Extent extent) {
    return add(Owner.FILE, extent.block(), extent.blocks());
  }

  private boolean lease(byte[] value) {
    try {
      for (BlockRange range : Delegations.ranges(LeaseRecord.parseFrom(value))) {
        add(Owner.DELEGATED, range.block(), range.count());
      }
      return true;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the image holds a damaged lease", e);
    }
  }

  private boolean add(Owner owner, long first, long count) {
    for (long block = first; block < first + count; block++) {
      Owner other = owners.put(block, owner);
      if (other != null) {
        found("block %d is %s and %s".formatted(block, other, owner));
      }
    }
    counts.merge(owner, count, Long::sum);
    return true;
  }

  private void compare(Namespace namespace) {
    long total = namespace.counters().getTotalBlocks();
    if (owners.size() != total) {
      found("%d blocks of %d are accounted for: %s".formatted(owners.size(), total, counts));
    }
    if (namespace.counters().getFreeBlocks() != count(Owner.FREE)
        || namespace.counters().getQuarantinedBlocks() != count(Owner.QUARANTINED)) {
      found(
          "the counters say %d free and %d quarantined, the image %s"
              .formatted(
                  namespace.counters().getFreeBlocks(),
                  namespace.counters().getQuarantinedBlocks(),
                  counts));
    }
  }

  private void found(String what) {
    if (problem == null) {
      problem = what;
    }
  }

  /** The first thing that is wrong. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  public long count(Owner owner) {
    return counts.getOrDefault(owner, 0L);
  }

  /** Blocks that become free once nobody has anything open and all leases are over. */
  public long unsettled() {
    return count(Owner.QUARANTINED) + count(Owner.PINNED) + count(Owner.DELEGATED);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
