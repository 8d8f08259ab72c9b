package io.leat.mds.page;

/**
 * Names of records: a page's number in the upper {@value #PAGE_BITS} bits, the record's index in
 * its page in the lower {@value #INDEX_BITS}. They mean the same wherever the pages stand.
 */
public final class References {

  /** No record: where it would be, the header of page 0 is. */
  public static final int NONE = 0;

  static final int INDEX_BITS = 12;
  static final int PAGE_BITS = Integer.SIZE - INDEX_BITS;

  /** Pages that can be named. */
  static final int PAGES_MAX = 1 << PAGE_BITS;

  /** Above every index of a record. */
  static final int INDEX_END = 1 << INDEX_BITS;

  private References() {}

  static int of(int page, int index) {
    return page << INDEX_BITS | index;
  }

  static int page(int reference) {
    return reference >>> INDEX_BITS;
  }

  static int index(int reference) {
    return reference & (INDEX_END - 1);
  }
}
