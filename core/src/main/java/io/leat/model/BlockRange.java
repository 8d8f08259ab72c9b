package io.leat.model;

import java.util.Collection;

/**
 * Neighbouring blocks of one volume.
 *
 * @param volume the volume's id in its cell
 * @param block the first block
 * @param count blocks, above 0
 */
public record BlockRange(int volume, long block, long count) {

  public BlockRange {
    if (volume < 0 || block < 0 || count <= 0) {
      throw new IllegalArgumentException(
          "block range out of range: volume %d, block %d, count %d"
              .formatted(volume, block, count));
    }
    Math.addExact(block, count);
  }

  /** Blocks in all of {@code ranges}. */
  public static long blocks(Collection<BlockRange> ranges) {
    return ranges.stream().mapToLong(BlockRange::count).sum();
  }

  /** The block after the last one. */
  public long end() {
    return block + count;
  }

  public boolean contains(int ofVolume, long from, long to) {
    return volume == ofVolume && block <= from && to <= end();
  }
}
