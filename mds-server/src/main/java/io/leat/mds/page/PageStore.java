package io.leat.mds.page;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The pages of one virtual server during one term: memory off the heap, in pieces of one size, each
 * with a {@link PageHeader}. Pages have numbers from 0 on, the smallest that were never used after
 * those that were freed, the last freed first.
 *
 * <p>Memory is taken from the JVM in arenas of {@value #ARENA_PAGES} pages, so that there are few
 * buffers for the garbage collector to watch over. It is bounded by the pages that the store may
 * have and by the JVM's {@code -XX:MaxDirectMemorySize}.
 *
 * <p>One thread at a time. Not final, so that tests can count what is read and written.
 */
public class PageStore implements AutoCloseable {

  /** Bytes of a page in a server. */
  public static final int PAGE_BYTES = 1 << 16;

  /** Smaller pages hold too few records to be worth their header. */
  static final int PAGE_BYTES_MIN = 1 << 9;

  /** Pages of an arena. */
  static final int ARENA_PAGES = 1 << 4;

  static final int NO_PAGE = -1;

  private static final int ARENA_SHIFT = Integer.numberOfTrailingZeros(ARENA_PAGES);

  /** Records of 64 bytes then stand in one line of the processor's cache each. */
  private static final int ALIGNMENT_BYTES = 64;

  private final long tag;
  private final int pageBytes;
  private final int pageShift;
  private int pagesMax;
  private ByteBuffer[] arenas = new ByteBuffer[0];
  private boolean closed;

  /** Pages below were used at some time. */
  private int fresh;

  private int used;
  private int firstFree = NO_PAGE;

  /**
   * A store without memory; it takes some when it is asked to.
   *
   * @param tag of the virtual server, see {@link PageTag}
   * @param pageBytes a power of two from 512 to {@link #PAGE_BYTES}
   * @param pagesMax pages it may have at the same time, 1 to 1,048,576
   */
  public PageStore(long tag, int pageBytes, int pagesMax) {
    if (Integer.bitCount(pageBytes) != 1 || pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES) {
      throw new IllegalArgumentException("no page has " + pageBytes + " bytes");
    }
    if (pagesMax < 1 || pagesMax > References.PAGES_MAX) {
      throw new IllegalArgumentException(pagesMax + " pages are not 1 to " + References.PAGES_MAX);
    }
    this.tag = tag;
    this.pageBytes = pageBytes;
    this.pageShift = Integer.numberOfTrailingZeros(pageBytes);
    this.pagesMax = pagesMax;
  }

  /**
   * Makes sure that the next {@code pages} pages can be allocated.
   *
   * @return false when the store may not have as many, or the JVM has no memory for them
   */
  public boolean reserve(int pages) {
    requireOpen();
    while (pages > capacity() - used) {
      if (pages > pagesMax - used || !addArena()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes a page.
   *
   * @param part of an index; else 0
   * @return its number
   * @throws IllegalStateException when there is none; {@link #reserve} tells before
   */
  int allocate(PageKind kind, int part) {
    if (!reserve(1)) {
      throw new IllegalStateException("all of " + used + " service pages are used");
    }
    int page = firstFree;
    if (page == NO_PAGE) {
      page = fresh++;
    } else {
      firstFree = getInt(page, PageHeader.NEXT_AT);
    }
    used++;
    PageHeader.write(this, page, kind, part);
    return page;
  }

  /** Gives a page back; the caller makes sure that nothing refers to it. */
  void free(int page) {
    PageHeader.write(this, page, PageKind.FREE, 0);
    putInt(page, PageHeader.NEXT_AT, firstFree);
    firstFree = page;
    used--;
  }

  /** What the pages bear. */
  long tag() {
    return tag;
  }

  int pageBytes() {
    return pageBytes;
  }

  /** Pages that are allocated. */
  public int usedPages() {
    return used;
  }

  /** Bytes taken from the JVM. */
  public long memoryBytes() {
    return (long) arenas.length * ARENA_PAGES * pageBytes;
  }

  private int capacity() {
    return Math.min(arenas.length << ARENA_SHIFT, pagesMax);
  }

  /** Asking the JVM in vain takes long, so that is done once. */
  private boolean addArena() {
    ByteBuffer arena;
    try {
      int bytes = ARENA_PAGES * pageBytes + ALIGNMENT_BYTES;
      arena = ByteBuffer.allocateDirect(bytes).alignedSlice(ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      pagesMax = capacity();
      return false;
    }
    arenas = Arrays.copyOf(arenas, arenas.length + 1);
    arenas[arenas.length - 1] = arena.order(ByteOrder.LITTLE_ENDIAN);
    return true;
  }

  int getInt(int page, int at) {
    return arenas[page >> ARENA_SHIFT].getInt(position(page, at));
  }

  void putInt(int page, int at, int value) {
    arenas[page >> ARENA_SHIFT].putInt(position(page, at), value);
  }

  long getLong(int page, int at) {
    return arenas[page >> ARENA_SHIFT].getLong(position(page, at));
  }

  void putLong(int page, int at, long value) {
    arenas[page >> ARENA_SHIFT].putLong(position(page, at), value);
  }

  private int position(int page, int at) {
    return ((page & (ARENA_PAGES - 1)) << pageShift) + at;
  }

  /** A page's bytes as they are now. */
  byte[] copyOf(int page) {
    byte[] bytes = new byte[pageBytes];
    arenas[page >> ARENA_SHIFT].get(position(page, 0), bytes);
    return bytes;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the term of these service pages is over");
    }
  }

  /**
   * Lets go of the memory; nothing can be read or written any more. Only the garbage collector can
   * give it back to the system, and it runs at the latest when another store finds none left.
   */
  @Override
  public void close() {
    closed = true;
    arenas = new ByteBuffer[0];
  }
}
