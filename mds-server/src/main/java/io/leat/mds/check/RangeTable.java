package io.leat.mds.check;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranges of one volume's blocks and their owners: three numbers each in chunks of primitive arrays,
 * filled in any order, sorted once in place, then read. {@value #RANGE_BYTES} bytes a range.
 */
final class RangeTable {

  /** Memory that a range takes. */
  static final int RANGE_BYTES = 3 * Long.BYTES;

  private static final int CHUNK_BITS = 14;
  private static final int CHUNK_RANGES = 1 << CHUNK_BITS;

  private final List<long[]> chunks = new ArrayList<>();
  private int size;

  /** Adds a range; the owner is {@link Owner#pack}ed. */
  void add(long start, long end, long owner) {
    if (size == Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "a volume has over " + size + " ranges of blocks with owners");
    }
    if (size >> CHUNK_BITS == chunks.size()) {
      chunks.add(new long[3 * CHUNK_RANGES]);
    }
    set(size++, start, end, owner);
  }

  int size() {
    return size;
  }

  long start(int index) {
    return field(index, 0);
  }

  long end(int index) {
    return field(index, 1);
  }

  long owner(int index) {
    return field(index, 2);
  }

  /** Whether this very range is there; only once sorted. */
  boolean has(long start, long end) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(start(middle), start);
      if (order == 0) {
        order = Long.compare(end(middle), end);
      }
      if (order == 0) {
        return true;
      }
      low = order < 0 ? middle + 1 : low;
      high = order < 0 ? high : middle - 1;
    }
    return false;
  }

  /** By start, then end, then owner. A heap sort: in place, and never slow. */
  void sort() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      sift(i, size);
    }
    for (int last = size - 1; last > 0; last--) {
      swap(0, last);
      sift(0, last);
    }
  }

  private void sift(int root, int limit) {
    int at = root;
    while (2L * at + 1 < limit) {
      int child = 2 * at + 1;
      if (child + 1 < limit && compare(child, child + 1) < 0) {
        child++;
      }
      if (compare(at, child) >= 0) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  private int compare(int left, int right) {
    int order = Long.compare(start(left), start(right));
    if (order == 0) {
      order = Long.compare(end(left), end(right));
    }
    return order == 0 ? Long.compare(owner(left), owner(right)) : order;
  }

  private void swap(int left, int right) {
    long start = start(left);
    long end = end(left);
    long owner = owner(left);
    set(left, start(right), end(right), owner(right));
    set(right, start, end, owner);
  }

  private long field(int index, int field) {
    return chunks.get(index >> CHUNK_BITS)[3 * (index & (CHUNK_RANGES - 1)) + field];
  }

  private void set(int index, long start, long end, long owner) {
    long[] chunk = chunks.get(index >> CHUNK_BITS);
    int at = 3 * (index & (CHUNK_RANGES - 1));
    chunk[at] = start;
    chunk[at + 1] = end;
    chunk[at + 2] = owner;
  }
}
