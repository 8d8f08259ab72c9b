package io.leat.client.engine;

import io.leat.model.BlockRange;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Blocks that the session was given in advance for its small files, so that closing one does not
 * wait for space. A block is taken once: what a stream has taken and not published stays unused
 * until the session ends, because nobody knows whether a write to it is still on its way. Confined
 * to the engine.
 */
final class SpacePool {

  /** Blocks asked for at first, doubled with every request up to the maximum. */
  private static final long BLOCKS_MIN = 256;

  private static final long BLOCKS_MAX = 4_096;

  /** More is asked for when less than this part of what comes next is left. */
  private static final int LOW_SHARE = 4;

  /** Small files before anything is asked for. */
  private static final int FILES_MIN = 2;

  /** With more ranges than this nothing is asked for. */
  private static final int RANGES_MAX = 64;

  private final Deque<BlockRange> free = new ArrayDeque<>();
  private long nextBlocks = BLOCKS_MIN;
  private boolean asking;

  /** Small files so far. */
  private long files;

  /** Takes blocks in one piece; none when there are not as many. */
  Optional<BlockRange> take(long blocks) {
    files++;
    Optional<BlockRange> range = free.stream().filter(r -> r.count() >= blocks).findFirst();
    range.ifPresent(
        found -> {
          free.remove(found);
          if (found.count() > blocks) {
            free.addFirst(
                new BlockRange(found.volume(), found.block() + blocks, found.count() - blocks));
          }
        });
    return range.map(found -> new BlockRange(found.volume(), found.block(), blocks));
  }

  /**
   * How many blocks to ask the server for now; {@link #add} or {@link #refused} has to follow. The
   * first small file asks for nothing: there may be no second one.
   */
  long wanted() {
    boolean enough = BlockRange.blocks(free) > nextBlocks / LOW_SHARE || free.size() >= RANGES_MAX;
    if (asking || enough || files < FILES_MIN) {
      return 0;
    }
    asking = true;
    long wanted = nextBlocks;
    nextBlocks = Math.min(2 * nextBlocks, BLOCKS_MAX);
    return wanted;
  }

  void add(List<BlockRange> ranges) {
    asking = false;
    free.addAll(ranges);
  }

  /** The server gives nothing more: for the rest of the session streams ask for themselves. */
  void refused() {
    asking = true;
  }
}
