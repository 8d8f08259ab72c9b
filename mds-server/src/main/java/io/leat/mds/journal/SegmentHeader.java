package io.leat.mds.journal;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * The first block of a segment; batches follow it.
 *
 * <table>
 * <caption>Layout, big-endian</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>8</td><td>magic "LEATSEG\n"</td></tr>
 * <tr><td>8</td><td>4</td><td>format version</td></tr>
 * <tr><td>12</td><td>4</td><td>lane</td></tr>
 * <tr><td>16</td><td>8</td><td>epoch</td></tr>
 * <tr><td>24</td><td>8</td><td>segment number in its lane</td></tr>
 * <tr><td>32</td><td>32</td><td>base: epoch, batch, hash of the batch before this segment's first</td></tr>
 * <tr><td>64</td><td>32</td><td>seal: epoch, batch, hash of the last batch of older epochs</td></tr>
 * <tr><td>96</td><td>4</td><td>lane of the predecessor, -1 for none</td></tr>
 * <tr><td>100</td><td>8</td><td>segment number of the predecessor, 0 for none</td></tr>
 * <tr><td>108</td><td></td><td>zeros</td></tr>
 * <tr><td>4092</td><td>4</td><td>CRC32C of the area's UUID and all before</td></tr>
 * </table>
 *
 * <p>History is a list of segments, each linked to the one that holds its base. What stands in the
 * predecessor after the base is no part of history.
 *
 * @param id lane and number, which grows by one with each segment of the lane and is never reused
 * @param epoch whose owner wrote it
 * @param base where the segment begins
 * @param seal end of all older epochs: what any older epoch has beyond it never was. The same in
 *     all segments of an epoch. Batches between base and seal are copies
 * @param predecessor the segment that holds the base; none if the base is the start
 */
record SegmentHeader(
    Id id, long epoch, JournalPosition base, JournalPosition seal, Optional<Id> predecessor) {

  /**
   * Names a segment.
   *
   * @param lane of the area
   * @param number from 1
   */
  record Id(int lane, long number) {
    Id {
      if (lane < 0 || lane >= AreaIdentity.LANES_MAX || number < 1) {
        throw new IllegalArgumentException("segment " + number + " of lane " + lane);
      }
    }

    @Override
    public String toString() {
      return "segment %d of lane %d".formatted(number, lane);
    }
  }

  private static final long MAGIC = 0x4C4541545345470AL;
  private static final int CHECKSUM_AT = JournalFormat.BLOCK - Integer.BYTES;

  SegmentHeader {
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(seal, "seal");
    if (epoch < 1 || seal.epoch() >= epoch || base.epoch() > epoch) {
      throw new IllegalArgumentException(
          "%s of epoch %d, from %s, sealing %s".formatted(id, epoch, base, seal));
    }
    if (predecessor.isEmpty() != base.equals(JournalPosition.START)) {
      throw new IllegalArgumentException(id + " begins at " + base + " without predecessor");
    }
  }

  void encode(ByteBuffer block, AreaChecksum checksum) {
    JournalFormat.zero(block, 0, JournalFormat.BLOCK);
    block.putLong(0, MAGIC).putInt(8, JournalFormat.VERSION).putInt(12, id.lane());
    block.putLong(16, epoch).putLong(24, id.number());
    base.put(block, 32);
    seal.put(block, 64);
    block.putInt(96, predecessor.map(Id::lane).orElse(-1));
    block.putLong(100, predecessor.map(Id::number).orElse(0L));
    block.putInt(CHECKSUM_AT, checksum.start().add(block, 0, CHECKSUM_AT).value());
  }

  /** The header in {@code block}; empty if there is none, or none that is intact. */
  static Optional<SegmentHeader> decode(ByteBuffer block, AreaChecksum checksum) {
    if (block.getLong(0) != MAGIC
        || block.getInt(8) != JournalFormat.VERSION
        || block.getInt(CHECKSUM_AT) != checksum.start().add(block, 0, CHECKSUM_AT).value()) {
      return Optional.empty();
    }
    Optional<Id> predecessor =
        block.getInt(96) < 0
            ? Optional.empty()
            : Optional.of(new Id(block.getInt(96), block.getLong(100)));
    return Optional.of(
        new SegmentHeader(
            new Id(block.getInt(12), block.getLong(24)),
            block.getLong(16),
            JournalPosition.get(block, 32),
            JournalPosition.get(block, 64),
            predecessor));
  }
}
