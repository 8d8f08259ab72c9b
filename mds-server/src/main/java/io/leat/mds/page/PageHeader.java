package io.leat.mds.page;

/**
 * The first {@value #BYTES} bytes of a page, little-endian. Everything that the heap knows of pages
 * can be found again from their headers.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>at</th><th>bytes</th><th></th></tr>
 * <tr><td>0</td><td>4</td><td>magic, "LPAG"</td></tr>
 * <tr><td>4</td><td>2</td><td>version</td></tr>
 * <tr><td>6</td><td>2</td><td>{@link PageKind}</td></tr>
 * <tr><td>8</td><td>8</td><td>the virtual server's {@link PageTag}</td></tr>
 * <tr><td>16</td><td>4</td><td>the page's number among those of its virtual server</td></tr>
 * <tr><td>20</td><td>4</td><td>which part of an index it is, from 0; else 0</td></tr>
 * <tr><td>24</td><td>4</td><td>records in use, or buckets</td></tr>
 * <tr><td>28</td><td>4</td><td>records from this one on were never used</td></tr>
 * <tr><td>32</td><td>4</td><td>the first free record below it, which names the next; 0: none</td></tr>
 * <tr><td>36</td><td>4</td><td>the page before in its list; -1: none</td></tr>
 * <tr><td>40</td><td>4</td><td>the page behind it in its list; -1: none</td></tr>
 * <tr><td>44</td><td>20</td><td>zeros</td></tr>
 * </table>
 *
 * <p>A free page is in the list of free pages, one with room in its kind's list, a full one in
 * none.
 */
final class PageHeader {

  static final int BYTES = 64;

  /** "LPAG" as the bytes stand in the page. */
  static final int MAGIC = 0x4741504c;

  static final int VERSION = 1;

  static final int MAGIC_AT = 0;
  static final int VERSION_AND_KIND_AT = 4;
  static final int TAG_AT = 8;
  static final int NUMBER_AT = 16;
  static final int PART_AT = 20;
  static final int USED_AT = 24;
  static final int FRESH_AT = 28;
  static final int FREE_AT = 32;
  static final int PREVIOUS_AT = 36;
  static final int NEXT_AT = 40;
  static final int ZEROS_AT = 44;

  private PageHeader() {}

  /** Begins a page: nothing in it is used, and it is in no list. */
  static void write(PageStore store, int page, PageKind kind, int part) {
    store.putInt(page, MAGIC_AT, MAGIC);
    store.putInt(page, VERSION_AND_KIND_AT, VERSION | kind.number() << Short.SIZE);
    store.putLong(page, TAG_AT, store.tag());
    store.putInt(page, NUMBER_AT, page);
    store.putInt(page, PART_AT, part);
    store.putInt(page, USED_AT, 0);
    store.putInt(page, FRESH_AT, kind == PageKind.FREE ? 0 : kind.firstIndex());
    store.putInt(page, FREE_AT, 0);
    store.putInt(page, PREVIOUS_AT, PageStore.NO_PAGE);
    store.putInt(page, NEXT_AT, PageStore.NO_PAGE);
    for (int at = ZEROS_AT; at < BYTES; at += Integer.BYTES) {
      store.putInt(page, at, 0);
    }
  }
}
