package io.leat.mds.namespace;

import io.leat.mds.image.Entry;
import io.leat.mds.image.ImageTransaction;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Free blocks of a virtual server's volumes, kept twice in the image: by place, so that neighbours
 * join, and by length, so that a request finds the smallest run that holds it.
 */
final class FreeSpace {

  /** Ranges one request is answered with at most. */
  static final int RANGES_MAX = 64;

  /**
   * Requests for as many blocks or more (1 MiB) start at a multiple of it where they do not go on
   * behind something. The page cache then keeps what is written in calls of 1 MiB in pieces as
   * large, instead of nine smaller ones, and reads it faster. What stays free in between is taken
   * by smaller requests, and by these when nothing longer is left.
   */
  static final long ALIGNED_BLOCKS = (1 << 20) / Extent.BLOCK_BYTES;

  private final ImageTransaction image;

  FreeSpace(ImageTransaction image) {
    this.image = image;
  }

  /**
   * Takes up to {@code blocks} free blocks in as few runs as can be.
   *
   * @param after a block behind which to go on if that is free, so that a file stays in one piece
   * @return one range or more; fewer blocks than asked for when space is short
   * @throws LeatException NO_SPACE when nothing is free
   */
  List<BlockRange> take(int volume, long blocks, Optional<BlockRange> after) throws LeatException {
    List<BlockRange> taken = new ArrayList<>();
    long wanted = blocks;
    if (after.isPresent() && after.get().volume() == volume) {
      wanted -= takeAt(volume, after.get().end(), wanted, taken);
    }
    while (wanted > 0 && taken.size() < RANGES_MAX) {
      Optional<BlockRange> run = bestRun(volume, wanted);
      if (run.isEmpty()) {
        break;
      }
      wanted -= takeIn(run.get(), startIn(run.get(), wanted), wanted, taken);
    }
    if (taken.isEmpty()) {
      throw new LeatException(
          ErrorCode.NO_SPACE, "No space: no block is free on the volume; delete files");
    }
    return taken;
  }

  /** Gives blocks back, joining them with free neighbours. */
  void give(BlockRange range) {
    long block = range.block();
    long count = range.count();
    Entry before =
        image.floor(Keys.freeOn(range.volume()), Keys.freeAt(range.volume(), range.end() - 1));
    if (before != null) {
      long start = Keys.number(before.key(), 1);
      long length = Values.count(before.value());
      if (start + length > block) {
        throw doubleFree(range);
      }
      if (start + length == block) {
        remove(range.volume(), start, length);
        block = start;
        count += length;
      }
    }
    byte[] next = image.get(Keys.freeAt(range.volume(), range.end()));
    if (next != null) {
      remove(range.volume(), range.end(), Values.count(next));
      count += Values.count(next);
    }
    insert(range.volume(), block, count);
  }

  private long takeAt(int volume, long block, long wanted, List<BlockRange> taken) {
    byte[] value = image.get(Keys.freeAt(volume, block));
    return value == null
        ? 0
        : takeIn(new BlockRange(volume, block, Values.count(value)), block, wanted, taken);
  }

  /** Takes blocks of a free run from {@code from} on, and leaves what is before and behind. */
  private long takeIn(BlockRange run, long from, long wanted, List<BlockRange> taken) {
    long count = Math.min(run.end() - from, wanted);
    remove(run.volume(), run.block(), run.count());
    if (from > run.block()) {
      insert(run.volume(), run.block(), from - run.block());
    }
    if (from + count < run.end()) {
      insert(run.volume(), from + count, run.end() - from - count);
    }
    taken.add(new BlockRange(run.volume(), from, count));
    return count;
  }

  /** The first aligned block of a run for which alignment is worth it and that has room there. */
  private static long startIn(BlockRange run, long wanted) {
    long aligned = (run.block() + ALIGNED_BLOCKS - 1) / ALIGNED_BLOCKS * ALIGNED_BLOCKS;
    return wanted >= ALIGNED_BLOCKS && run.end() - aligned >= wanted ? aligned : run.block();
  }

  /** Of the runs that hold {@code blocks}, the shortest, or one in which they can be aligned. */
  private Optional<BlockRange> bestRun(int volume, long blocks) {
    Optional<BlockRange> best = shortestRun(volume, blocks);
    boolean alignable =
        best.isEmpty()
            || blocks < ALIGNED_BLOCKS
            || startIn(best.get(), blocks) % ALIGNED_BLOCKS == 0;
    if (alignable) {
      return best;
    }
    Optional<BlockRange> longer = shortestRun(volume, blocks + ALIGNED_BLOCKS - 1);
    return longer.filter(run -> run.count() >= blocks).or(() -> best);
  }

  /** The shortest run of at least {@code blocks}, else the longest there is. */
  private Optional<BlockRange> shortestRun(int volume, long blocks) {
    byte[] table = Keys.freeLengthsOn(volume);
    List<BlockRange> found = new ArrayList<>(1);
    image.scan(
        table,
        Keys.freeByLength(volume, blocks, 0),
        (key, value) -> {
          found.add(new BlockRange(volume, Keys.number(key, 2), Keys.number(key, 1)));
          return false;
        });
    if (!found.isEmpty()) {
      return Optional.of(found.get(0));
    }
    Entry longest = image.floor(table, Keys.endOf(table));
    return longest == null
        ? Optional.empty()
        : Optional.of(
            new BlockRange(volume, Keys.number(longest.key(), 2), Keys.number(longest.key(), 1)));
  }

  private void insert(int volume, long block, long count) {
    image.put(Keys.freeAt(volume, block), Values.count(count));
    image.put(Keys.freeByLength(volume, count, block), new byte[0]);
  }

  private void remove(int volume, long block, long count) {
    image.delete(Keys.freeAt(volume, block));
    image.delete(Keys.freeByLength(volume, count, block));
  }

  private static IllegalStateException doubleFree(BlockRange range) {
    return new IllegalStateException(
        "blocks %d to %d of volume %d are free already"
            .formatted(range.block(), range.end() - 1, range.volume()));
  }
}
