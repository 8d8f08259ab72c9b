package io.leat.mds.page;

/**
 * Records of one kind in pages. Each begins with four bytes of state and four that name the next
 * record of its bucket in an index, or of the free ones of its page.
 *
 * <p>New records go where the last room came up, so pages fill before others are taken. A page
 * without records is given back. One thread at a time.
 */
public final class RecordPages {

  /** Bits of the state from this one on are the record kind's own. */
  public static final int OWN_STATE = 1 << 1;

  /** Where a record's own fields begin. */
  public static final int FIELDS_AT = 8;

  private static final int STATE_AT = 0;
  private static final int LINK_AT = 4;

  /** In the state of every record, and of no free one. */
  private static final int IN_USE = 1;

  private final PageStore store;
  private final PageKind kind;
  private final int recordBytes;
  private final int endIndex;

  /** Of the pages that have room. */
  private int firstPage = PageStore.NO_PAGE;

  private int records;

  /** Records for which the pages have room. */
  private int room;

  /** No records, and no pages. */
  public RecordPages(PageStore store, PageKind kind) {
    this.store = store;
    this.kind = kind;
    this.recordBytes = kind.recordBytes();
    this.endIndex = store.pageBytes() / recordBytes;
    if (recordBytes <= FIELDS_AT || endIndex > References.INDEX_END) {
      throw new IllegalArgumentException(kind + " are no records");
    }
  }

  /** Records in use. */
  public int size() {
    return records;
  }

  /** Pages that {@code more} records need which are not allocated yet. */
  public int pagesFor(int more) {
    int inPage = endIndex - kind.firstIndex();
    return (int) ((Math.max(0L, (long) more - room) + inPage - 1) / inPage);
  }

  /**
   * A new record, all zeros but for its state.
   *
   * @return its reference
   * @throws IllegalStateException when there is no page for it
   */
  public int allocate() {
    int page = firstPage == PageStore.NO_PAGE ? addPage() : firstPage;
    int reference = References.of(page, takeIndex(page));
    for (int at = 0; at < recordBytes; at += Long.BYTES) {
      putLong(reference, at, 0);
    }
    putInt(reference, STATE_AT, IN_USE);
    records++;
    room--;
    if (changeUsed(page, 1) == endIndex - kind.firstIndex()) {
      unlink(page);
    }
    return reference;
  }

  private int addPage() {
    int page = store.allocate(kind, 0);
    room += endIndex - kind.firstIndex();
    link(page);
    return page;
  }

  private int takeIndex(int page) {
    int index = store.getInt(page, PageHeader.FREE_AT);
    if (index == 0) {
      index = store.getInt(page, PageHeader.FRESH_AT);
      store.putInt(page, PageHeader.FRESH_AT, index + 1);
    } else {
      store.putInt(page, PageHeader.FREE_AT, next(References.of(page, index)));
    }
    return index;
  }

  /**
   * Gives a record back; the caller makes sure that nothing refers to it.
   *
   * @throws IllegalStateException when it is free already
   */
  public void free(int reference) {
    if ((getInt(reference, STATE_AT) & IN_USE) == 0) {
      throw new IllegalStateException("%s record 0x%x is not in use".formatted(kind, reference));
    }
    int page = References.page(reference);
    putInt(reference, STATE_AT, 0);
    setNext(reference, store.getInt(page, PageHeader.FREE_AT));
    store.putInt(page, PageHeader.FREE_AT, References.index(reference));
    records--;
    room++;
    int left = changeUsed(page, -1);
    if (left == endIndex - kind.firstIndex() - 1) {
      link(page);
    }
    if (left == 0) {
      removePage(page);
    }
  }

  private void removePage(int page) {
    unlink(page);
    room -= endIndex - kind.firstIndex();
    store.free(page);
  }

  private int changeUsed(int page, int by) {
    int changed = store.getInt(page, PageHeader.USED_AT) + by;
    store.putInt(page, PageHeader.USED_AT, changed);
    return changed;
  }

  /** Puts a page before all others that have room. */
  private void link(int page) {
    store.putInt(page, PageHeader.PREVIOUS_AT, PageStore.NO_PAGE);
    store.putInt(page, PageHeader.NEXT_AT, firstPage);
    if (firstPage != PageStore.NO_PAGE) {
      store.putInt(firstPage, PageHeader.PREVIOUS_AT, page);
    }
    firstPage = page;
  }

  private void unlink(int page) {
    int previous = store.getInt(page, PageHeader.PREVIOUS_AT);
    int next = store.getInt(page, PageHeader.NEXT_AT);
    if (previous == PageStore.NO_PAGE) {
      firstPage = next;
    } else {
      store.putInt(previous, PageHeader.NEXT_AT, next);
    }
    if (next != PageStore.NO_PAGE) {
      store.putInt(next, PageHeader.PREVIOUS_AT, previous);
    }
  }

  /** The next record of the bucket. */
  public int next(int reference) {
    return getInt(reference, LINK_AT);
  }

  void setNext(int reference, int next) {
    putInt(reference, LINK_AT, next);
  }

  /**
   * Whether a bit of the state is set.
   *
   * @param bit {@link #OWN_STATE} or above
   */
  public boolean has(int reference, int bit) {
    return (getInt(reference, STATE_AT) & bit) != 0;
  }

  /** Sets a bit of the state, {@link #OWN_STATE} or above. */
  public void set(int reference, int bit) {
    putInt(reference, STATE_AT, getInt(reference, STATE_AT) | bit);
  }

  /** The field at byte {@code at} of the record; so below. */
  public int getInt(int reference, int at) {
    return store.getInt(References.page(reference), position(reference, at));
  }

  public void putInt(int reference, int at, int value) {
    store.putInt(References.page(reference), position(reference, at), value);
  }

  public long getLong(int reference, int at) {
    return store.getLong(References.page(reference), position(reference, at));
  }

  public void putLong(int reference, int at, long value) {
    store.putLong(References.page(reference), position(reference, at), value);
  }

  private int position(int reference, int at) {
    return References.index(reference) * recordBytes + at;
  }
}
