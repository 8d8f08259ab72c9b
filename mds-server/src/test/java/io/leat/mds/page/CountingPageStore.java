package io.leat.mds.page;

/** Counts what is read from pages and written to them. */
public final class CountingPageStore extends PageStore {

  private long accesses;

  public CountingPageStore(int pageBytes, int pagesMax) {
    super(PageTag.of("vs"), pageBytes, pagesMax);
  }

  /** Reads and writes so far. */
  public long accesses() {
    return accesses;
  }

  @Override
  int getInt(int page, int at) {
    accesses++;
    return super.getInt(page, at);
  }

  @Override
  void putInt(int page, int at, int value) {
    accesses++;
    super.putInt(page, at, value);
  }

  @Override
  long getLong(int page, int at) {
    accesses++;
    return super.getLong(page, at);
  }

  @Override
  void putLong(int page, int at, long value) {
    accesses++;
    super.putLong(page, at, value);
  }
}
