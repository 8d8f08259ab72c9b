package io.leat.client.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.model.BlockRange;
import io.leat.model.Extent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class WriteSpaceTest {

  private static final int BLOCK = Extent.BLOCK_BYTES;

  @Test
  void shouldJoinNeighbours() {
    WriteSpace space = new WriteSpace();
    space.add(List.of(new BlockRange(0, 10, 1), new BlockRange(0, 11, 1)));
    assertEquals(2 * BLOCK, space.contiguous());
    space.wrote(0, BLOCK + 10);
    space.wrote(BLOCK + 10, 20);
    assertEquals(List.of(Extent.written(0, 0, 10, BLOCK + 30)), space.uncommitted());
  }

  @Test
  void shouldKeepThePartlyFilledBlockThatGrows() {
    WriteSpace space = new WriteSpace();
    space.add(List.of(new BlockRange(0, 10, 4)));
    space.wrote(0, BLOCK + 10);
    space.committed(true);
    assertEquals(List.of(Extent.written(BLOCK, 0, 11, 10)), space.uncommitted());
    space.wrote(BLOCK + 10, 5);
    assertEquals(List.of(Extent.written(BLOCK, 0, 11, 15)), space.uncommitted());
    space.committed(false);
    assertEquals(List.of(), space.uncommitted());
  }

  /** Knows of every file byte not published where it is, and of every free byte in order. */
  private static final class Model {
    final Deque<Long> free = new ArrayDeque<>();
    final TreeMap<Long, Long> placed = new TreeMap<>();

    void wrote(long fileOffset, int length) {
      for (int i = 0; i < length; i++) {
        placed.put(fileOffset + i, free.remove());
      }
    }

    void skipToBlock() {
      while (!free.isEmpty() && free.peek() % BLOCK != 0) {
        free.remove();
      }
    }

    /** The length of the run of neighbouring free bytes at the front. */
    long contiguous() {
      long run = 0;
      for (long at : free) {
        if (at != free.peek() + run) {
          break;
        }
        run++;
      }
      return run;
    }

    void committed(boolean grows, long end) {
      long tail = placed.isEmpty() ? 0 : (placed.lastEntry().getValue() + 1) % BLOCK;
      placed.headMap(grows ? end - tail : end).clear();
    }
  }

  @Test
  void shouldAgreeWithASimpleModel() {
    for (int seed = 0; seed < 15; seed++) {
      Random random = new Random(seed);
      boolean grows = random.nextBoolean();
      WriteSpace space = new WriteSpace();
      Model model = new Model();
      long nextBlock = 1;
      long end = 0;
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(4)) {
          case 0 -> nextBlock = add(space, model, nextBlock, random);
          case 1, 2 -> end = write(space, model, end, grows, random);
          default -> {
            space.committed(grows);
            model.committed(grows, end);
          }
        }
        assertAgreed(space, model, "seed " + seed + " step " + step);
      }
    }
  }

  private static long add(WriteSpace space, Model model, long nextBlock, Random random) {
    List<BlockRange> ranges = new ArrayList<>();
    long block = nextBlock;
    for (int i = random.nextInt(3); i >= 0; i--) {
      block += random.nextInt(2);
      BlockRange range = new BlockRange(0, block, 1 + random.nextInt(3));
      for (long at = block * BLOCK; at < range.end() * BLOCK; at++) {
        model.free.add(at);
      }
      ranges.add(range);
      block = range.end();
    }
    space.add(ranges);
    return block;
  }

  /** A write, as a buffered or as a direct volume has it: there, the tail is written again. */
  private static long write(WriteSpace space, Model model, long end, boolean grows, Random random) {
    if (model.free.isEmpty()) {
      return end;
    }
    long from = grows ? end : end - end % BLOCK;
    if (!grows) {
      space.rewind(from);
      model.placed.tailMap(from).clear();
    }
    int length = 1 + random.nextInt((int) Math.min(space.contiguous(), 2 * BLOCK));
    int atLeast = (int) Math.max(length, Math.min(end - from, space.contiguous()));
    space.wrote(from, atLeast);
    model.wrote(from, atLeast);
    if (!grows) {
      space.skipToBlock();
      model.skipToBlock();
    }
    return from + atLeast;
  }

  private static void assertAgreed(WriteSpace space, Model model, String when) {
    assertEquals(model.free.size(), space.available(), when);
    if (!model.free.isEmpty()) {
      assertEquals(model.free.peek(), space.volumeOffset(), when);
      assertEquals(model.contiguous(), space.contiguous(), when);
    }
    TreeMap<Long, Long> placed = new TreeMap<>();
    for (Extent extent : space.uncommitted()) {
      for (long at = extent.fileOffset(); at < extent.fileEnd(); at++) {
        placed.put(at, extent.volumeOffset(at));
      }
    }
    assertEquals(model.placed, placed, when);
  }
}
