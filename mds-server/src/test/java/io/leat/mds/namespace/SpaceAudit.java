package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import io.leat.model.Extent;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Accounts for every block of volume 0: each has one owner, and the counters agree. */
public final class SpaceAudit {

  private static final byte[] FREE = {'F'};
  private static final byte[] LENGTHS = {'G'};
  private static final byte[] EXTENTS = {'E'};
  private static final byte[] LEASES = {'W'};

  private final Map<Long, String> owners = new HashMap<>();
  private final Map<String, Long> blocks = new HashMap<>();

  private SpaceAudit() {}

  /**
   * Fails unless free, quarantined, pinned, delegated, pooled, file and header blocks are the
   * volume.
   */
  public static SpaceAudit of(ImageReader image) {
    SpaceAudit audit = new SpaceAudit();
    audit.add("header", 0, 1);
    image.scan(FREE, null, (k, v) -> audit.add("free", Keys.number(k, 1), Values.count(v)));
    image.scan(
        Keys.quarantine(),
        null,
        (k, v) -> audit.add("quarantined", Keys.number(k, 3), Values.count(v)));
    image.scan(
        Keys.pins(), null, (k, v) -> audit.add("pinned", Keys.number(k, 2), Values.count(v)));
    image.scan(EXTENTS, null, (k, v) -> audit.extent(Values.extent(Keys.number(k, 1), v)));
    image.scan(LEASES, null, (k, v) -> audit.lease(v));
    Namespace namespace = new Namespace(image);
    image.scan(Keys.pools(), null, (k, v) -> audit.pool(namespace.pool(Keys.number(k, 0))));
    assertEquals(namespace.counters().getTotalBlocks(), audit.owners.size(), audit.toString());
    assertEquals(namespace.counters().getFreeBlocks(), audit.count("free"));
    assertEquals(namespace.counters().getQuarantinedBlocks(), audit.count("quarantined"));
    assertEquals(namespace.counters().getPooledBlocks(), audit.count("pooled"));
    audit.requireSameLengths(image);
    return audit;
  }

  /** Blocks of one kind: free, quarantined, pinned, delegated, pooled, file or header. */
  public long count(String kind) {
    return blocks.getOrDefault(kind, 0L);
  }

  private boolean add(String kind, long first, long count) {
    for (long block = first; block < first + count; block++) {
      String other = owners.put(block, kind);
      assertEquals(null, other, "block " + block + " is " + kind + " and " + other);
    }
    blocks.merge(kind, count, Long::sum);
    return true;
  }

  private boolean extent(Extent extent) {
    return add("file", extent.block(), extent.blocks());
  }

  private boolean pool(List<BlockRange> ranges) {
    ranges.forEach(range -> add("pooled", range.block(), range.count()));
    return true;
  }

  private boolean lease(byte[] value) {
    try {
      for (BlockRange range : Delegations.ranges(LeaseRecord.parseFrom(value))) {
        add("delegated", range.block(), range.count());
      }
      return true;
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireSameLengths(ImageReader image) {
    Map<Long, Long> byLength = new HashMap<>();
    image.scan(LENGTHS, null, (k, v) -> byLength.put(Keys.number(k, 2), Keys.number(k, 1)) == null);
    Map<Long, Long> byPlace = new HashMap<>();
    image.scan(
        FREE, null, (k, v) -> byPlace.put(Keys.number(k, 1), ByteBuffer.wrap(v).getLong()) == null);
    assertEquals(byPlace, byLength);
  }

  @Override
  public String toString() {
    return blocks.toString();
  }
}
