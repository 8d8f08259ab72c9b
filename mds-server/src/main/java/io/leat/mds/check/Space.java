package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import java.util.Map;
import java.util.TreeMap;

/** The volumes, and every range of their blocks that has an owner. */
final class Space {

  /** The first block of each volume is its header's. */
  static final long FIRST_BLOCK = 1;

  private final Findings findings;
  private final InodeIndex index;
  private final Map<Integer, Long> blocks = new TreeMap<>();
  private final Map<Integer, RangeTable> owned = new TreeMap<>();

  Space(ImageReader image, Findings findings, InodeIndex index) {
    this.findings = findings;
    this.index = index;
    image.scan(
        Keys.volumes(),
        null,
        (key, value) -> {
          Records.volume(key, value)
              .ifPresent(
                  volume -> {
                    blocks.put(volume.getId(), volume.getBlocks());
                    owned.put(volume.getId(), new RangeTable());
                  });
          return true;
        });
  }

  /** Blocks of each volume, by its id. */
  Map<Integer, Long> volumes() {
    return blocks;
  }

  long totalBlocks() {
    return blocks.values().stream().mapToLong(Long::longValue).sum();
  }

  RangeTable ownedOn(int volume) {
    return owned.get(volume);
  }

  long ranges() {
    return owned.values().stream().mapToLong(RangeTable::size).sum();
  }

  /** Notes an owner, as far as there are such blocks. */
  void own(int volume, long block, long count, long owner) {
    Long end = blocks.get(volume);
    if (end == null || block + count > end) {
      findings.add(
          FindingKind.OUTSIDE_VOLUME,
          blocksText(volume, block, block + count),
          "%s; %s"
              .formatted(
                  Owner.describe(owner, index),
                  end == null ? "there is no such volume" : "the volume has " + end + " blocks"));
    }
    if (end == null) {
      return;
    }
    if (block < FIRST_BLOCK) {
      findings.add(
          FindingKind.HEADER_BLOCK_OWNED,
          blocksText(volume, block, block + count),
          Owner.describe(owner, index) + "; block 0 is the volume's header");
    }
    long from = Math.max(block, FIRST_BLOCK);
    long to = Math.min(block + count, end);
    if (from < to) {
      owned.get(volume).add(from, to, owner);
    }
  }

  static String blocksText(int volume, long from, long to) {
    return to - from == 1
        ? "volume %d block %d".formatted(volume, from)
        : "volume %d blocks %d to %d".formatted(volume, from, to - 1);
  }
}
