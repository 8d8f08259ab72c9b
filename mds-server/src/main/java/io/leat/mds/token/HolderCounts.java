package io.leat.mds.token;

import io.leat.mds.page.PageKind;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.RecordPages;

/**
 * For files that several sessions hold something on, how many hold each token: what all of them
 * hold together is then known without asking each.
 *
 * <p>A record has 144 bytes: state (4), unused (4), the file's first grant (4), a count (4) for
 * each bit of a token set from the lowest on.
 */
final class HolderCounts {

  /** Bits of a token set that have a count. */
  private static final int BITS = 33;

  private static final int OWNER_AT = RecordPages.FIELDS_AT;
  private static final int COUNTS_AT = OWNER_AT + Integer.BYTES;

  private final RecordPages pages;

  HolderCounts(PageStore store) {
    pages = new RecordPages(store, PageKind.HOLDER_COUNTS);
  }

  int pagesFor(int more) {
    return pages.pagesFor(more);
  }

  /** Counts of nothing yet, for the file of this first grant. */
  int allocate(int owner) {
    int counts = pages.allocate();
    setOwner(counts, owner);
    return counts;
  }

  /** Another grant of the file is the first now. */
  void setOwner(int counts, int owner) {
    pages.putInt(counts, OWNER_AT, owner);
  }

  void free(int counts) {
    pages.free(counts);
  }

  /**
   * Adds to the count of each of these tokens.
   *
   * @param by 1 or -1
   */
  void add(int counts, long tokens, int by) {
    for (long left = tokens; left != 0; left &= left - 1) {
      int at = at(Long.numberOfTrailingZeros(left));
      pages.putInt(counts, at, pages.getInt(counts, at) + by);
    }
  }

  /**
   * What is held, by any session but one.
   *
   * @param own what that one holds
   */
  long without(int counts, long own) {
    long held = 0;
    for (int bit = 0; bit < BITS; bit++) {
      if (pages.getInt(counts, at(bit)) > (own >>> bit & 1)) {
        held |= 1L << bit;
      }
    }
    return held;
  }

  private static int at(int bit) {
    return COUNTS_AT + bit * Integer.BYTES;
  }
}
