package io.leat.mds.namespace;

import io.leat.mds.image.Entry;
import io.leat.mds.image.ImageTransaction;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
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
      wanted -= takeAt(volume, run.get().block(), wanted, taken);
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
    if (value == null) {
      return 0;
    }
    long length = Values.count(value);
    long count = Math.min(length, wanted);
    remove(volume, block, length);
    if (count < length) {
      insert(volume, block + count, length - count);
    }
    taken.add(new BlockRange(volume, block, count));
    return count;
  }

  /** The shortest run of at least {@code blocks}, else the longest there is. */
  private Optional<BlockRange> bestRun(int volume, long blocks) {
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
