package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Values;

/**
 * Every block of every volume is exactly one of: header, free, somebody's. Sweeps over a volume's
 * blocks once, merging the sorted owners with the table of free space.
 */
final class SpaceCheck {

  private final ImageReader image;
  private final Findings findings;
  private final InodeIndex index;
  private final Space space;
  private long freeBlocks;

  SpaceCheck(ImageReader image, Findings findings, InodeIndex index, Space space) {
    this.image = image;
    this.findings = findings;
    this.index = index;
    this.space = space;
  }

  void run() {
    space.volumes().forEach((volume, blocks) -> new Sweep(volume, blocks).run());
    image.scan(new byte[] {'F'}, null, (key, value) -> byPlace(key, value));
    image.scan(new byte[] {'G'}, null, (key, value) -> byLength(key));
    boolean rebuild =
        findings.has(FindingKind.BLOCKS_LEAKED) || findings.has(FindingKind.FREE_TABLES_DISAGREE);
    if (rebuild && findings.planning()) {
      new FreeTables(image, space).plan(findings);
    }
  }

  /** What the table of free space by place adds up to. */
  long freeBlocks() {
    return freeBlocks;
  }

  private boolean byPlace(byte[] key, byte[] value) {
    if (Records.fault(key, value).isPresent()) {
      return true;
    }
    int volume = Math.toIntExact(Keys.number(key, 0));
    long block = Keys.number(key, 1);
    long count = Values.count(value);
    freeBlocks += count;
    String where = Space.blocksText(volume, block, block + count);
    Long blocks = space.volumes().get(volume);
    if (blocks == null || block < Space.FIRST_BLOCK || block + count > blocks) {
      disagree(where, "free, and not among the blocks that the volume may give away");
    }
    if (!image.contains(Keys.freeByLength(volume, count, block))) {
      disagree(where, "free by place and not by length");
    }
    return true;
  }

  private boolean byLength(byte[] key) {
    if (Records.fault(key, new byte[0]).isPresent()) {
      return true;
    }
    int volume = Math.toIntExact(Keys.number(key, 0));
    long count = Keys.number(key, 1);
    long block = Keys.number(key, 2);
    byte[] value = image.get(Keys.freeAt(volume, block));
    boolean same = value != null && value.length == Long.BYTES && Values.count(value) == count;
    if (!same) {
      disagree(Space.blocksText(volume, block, block + count), "free by length and not by place");
    }
    return true;
  }

  private void disagree(String where, String how) {
    findings.add(FindingKind.FREE_TABLES_DISAGREE, where, how);
  }

  /** One volume, from its first block to its last. */
  private final class Sweep {
    private final int volume;
    private final long blocks;
    private final RangeTable owned;
    private int next;
    private long covered = Space.FIRST_BLOCK;
    private long coveredBy = Owner.HEADER.pack(0);

    Sweep(int volume, long blocks) {
      this.volume = volume;
      this.blocks = blocks;
      this.owned = space.ownedOn(volume);
    }

    void run() {
      owned.sort();
      image.scan(
          Keys.freeOn(volume),
          null,
          (key, value) -> {
            if (Records.fault(key, value).isEmpty()) {
              free(Keys.number(key, 1), Values.count(value));
            }
            return true;
          });
      takeOwnedUpTo(blocks);
      if (covered < blocks) {
        leaked(covered, blocks);
      }
    }

    private void free(long block, long count) {
      long from = Math.max(block, Space.FIRST_BLOCK);
      long to = Math.min(block + count, blocks);
      if (from < to) {
        takeOwnedUpTo(from);
        take(from, to, Owner.FREE.pack(0));
      }
    }

    private void takeOwnedUpTo(long start) {
      while (next < owned.size() && owned.start(next) <= start) {
        take(owned.start(next), owned.end(next), owned.owner(next));
        next++;
      }
    }

    private void take(long from, long to, long owner) {
      if (from > covered) {
        leaked(covered, from);
      }
      if (from < covered) {
        twice(from, Math.min(to, covered), owner);
      }
      if (to > covered) {
        covered = to;
        coveredBy = owner;
      }
    }

    private void leaked(long from, long to) {
      findings.add(
          FindingKind.BLOCKS_LEAKED,
          Space.blocksText(volume, from, to),
          "%d blocks are neither free nor anybody's".formatted(to - from));
    }

    private void twice(long from, long to, long owner) {
      boolean bothFree = Owner.of(owner) == Owner.FREE && Owner.of(coveredBy) == Owner.FREE;
      findings.add(
          bothFree ? FindingKind.FREE_TABLES_DISAGREE : FindingKind.BLOCKS_OWNED_TWICE,
          Space.blocksText(volume, from, to),
          Owner.describe(coveredBy, index) + ", and " + Owner.describe(owner, index));
    }
  }
}
