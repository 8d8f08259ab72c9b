package io.leat.mds.check;

import io.leat.mds.image.ImageReader;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plans both tables of free space anew: free is what nobody owns. Rows to remove come before rows
 * to add, so that what is interrupted leaves blocks leaked, never given away twice.
 */
final class FreeTables {

  /** Changed rows in one batch. */
  private static final int ROWS_MAX = 2_000;

  private static final long NOBODY = 0;

  private final ImageReader image;
  private final Map<Integer, RangeTable> free = new TreeMap<>();
  private List<Mutation> rows = new ArrayList<>();

  /**
   * @param space its ranges sorted
   */
  FreeTables(ImageReader image, Space space) {
    this.image = image;
    space
        .volumes()
        .forEach((volume, blocks) -> free.put(volume, gaps(space.ownedOn(volume), blocks)));
  }

  private static RangeTable gaps(RangeTable owned, long blocks) {
    RangeTable gaps = new RangeTable();
    long covered = Space.FIRST_BLOCK;
    for (int i = 0; i < owned.size(); i++) {
      if (owned.start(i) > covered) {
        gaps.add(covered, owned.start(i), NOBODY);
      }
      covered = Math.max(covered, owned.end(i));
    }
    if (covered < blocks) {
      gaps.add(covered, blocks, NOBODY);
    }
    return gaps;
  }

  void plan(Findings findings) {
    image.scan(
        new byte[] {'F'},
        null,
        (key, value) -> {
          long count = value.length == Long.BYTES ? Values.count(value) : 0;
          return keepOrRemove(findings, key, Keys.number(key, 1), count);
        });
    image.scan(
        new byte[] {'G'},
        null,
        (key, value) -> keepOrRemove(findings, key, Keys.number(key, 2), Keys.number(key, 1)));
    free.forEach((volume, gaps) -> add(findings, volume, gaps));
    flush(findings);
  }

  private boolean keepOrRemove(Findings findings, byte[] key, long block, long count) {
    long volume = Keys.number(key, 0);
    RangeTable gaps = volume == (int) volume ? free.get((int) volume) : null;
    if (gaps == null || !gaps.has(block, block + count)) {
      plan(findings, Mutation.delete(key));
    }
    return true;
  }

  private void add(Findings findings, int volume, RangeTable gaps) {
    for (int i = 0; i < gaps.size(); i++) {
      long count = gaps.end(i) - gaps.start(i);
      byte[] byPlace = Keys.freeAt(volume, gaps.start(i));
      byte[] byLength = Keys.freeByLength(volume, count, gaps.start(i));
      byte[] value = image.get(byPlace);
      if (value == null || value.length != Long.BYTES || Values.count(value) != count) {
        plan(findings, Mutation.put(byPlace, Values.count(count)));
      }
      if (!image.contains(byLength)) {
        plan(findings, Mutation.put(byLength, new byte[0]));
      }
    }
  }

  private void plan(Findings findings, Mutation row) {
    rows.add(row);
    if (rows.size() == ROWS_MAX) {
      flush(findings);
    }
  }

  private void flush(Findings findings) {
    if (!rows.isEmpty()) {
      findings.plan(
          new Repair(
              "tables of free space: %d rows made again".formatted(rows.size()), true, rows));
      rows = new ArrayList<>();
    }
  }
}
