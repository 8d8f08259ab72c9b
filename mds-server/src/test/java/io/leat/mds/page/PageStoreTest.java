package io.leat.mds.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class PageStoreTest {

  private static final int PAGE_BYTES = 512;
  private static final int PAGES_MAX = 2 * PageStore.ARENA_PAGES + 3;

  private final PageStore store = new PageStore(7, PAGE_BYTES, PAGES_MAX);

  @Test
  void shouldTakeMemoryOnlyWhenAsked() {
    assertEquals(0, store.memoryBytes());
    assertTrue(store.reserve(1));
    assertEquals(PageStore.ARENA_PAGES * PAGE_BYTES, store.memoryBytes());
    assertEquals(0, store.usedPages());
    assertTrue(store.reserve(PageStore.ARENA_PAGES + 1));
    assertEquals(2 * PageStore.ARENA_PAGES * PAGE_BYTES, store.memoryBytes());
  }

  @Test
  void shouldRefuseBeyondItsBound() {
    for (int page = 0; page < PAGES_MAX; page++) {
      assertTrue(store.reserve(PAGES_MAX - page));
      assertFalse(store.reserve(PAGES_MAX - page + 1));
      assertEquals(page, store.allocate(PageKind.GRANT, 0));
    }
    assertFalse(store.reserve(1));
    assertThrows(IllegalStateException.class, () -> store.allocate(PageKind.GRANT, 0));
    store.free(17);
    assertTrue(store.reserve(1));
    assertEquals(17, store.allocate(PageKind.SESSION, 0));
  }

  @Test
  void shouldGiveTheLastFreedPageFirst() {
    for (int page = 0; page < 5; page++) {
      assertEquals(page, store.allocate(PageKind.GRANT, 0));
    }
    store.free(1);
    store.free(3);
    assertEquals(3, store.usedPages());
    assertEquals(3, store.allocate(PageKind.GRANT, 0));
    assertEquals(1, store.allocate(PageKind.GRANT, 0));
    assertEquals(5, store.allocate(PageKind.GRANT, 0));
  }

  @Test
  void shouldKeepPagesApart() {
    for (int page = 0; page < PAGES_MAX; page++) {
      assertEquals(page, store.allocate(PageKind.GRANT, page));
      store.putLong(page, PAGE_BYTES - Long.BYTES, -page);
    }
    for (int page = 0; page < PAGES_MAX; page++) {
      assertEquals(page, store.getInt(page, PageHeader.NUMBER_AT));
      assertEquals(page, store.getInt(page, PageHeader.PART_AT));
      assertEquals(7, store.getLong(page, PageHeader.TAG_AT));
      assertEquals(-page, store.getLong(page, PAGE_BYTES - Long.BYTES));
    }
  }

  @Test
  void shouldHaveNoMemoryWhenClosed() {
    assertEquals(0, store.allocate(PageKind.GRANT, 0));
    store.close();
    assertEquals(0, store.memoryBytes());
    assertThrows(IllegalStateException.class, () -> store.reserve(1));
    assertThrows(IndexOutOfBoundsException.class, () -> store.getInt(0, 0));
  }

  @Test
  void shouldRefuseSizesThatReferencesCannotName() {
    for (int bytes : new int[] {0, 256, 1_000, 2 * PageStore.PAGE_BYTES, Integer.MIN_VALUE}) {
      assertThrows(IllegalArgumentException.class, () -> new PageStore(7, bytes, 1));
    }
    for (int pages : new int[] {-1, 0, References.PAGES_MAX + 1}) {
      assertThrows(IllegalArgumentException.class, () -> new PageStore(7, PAGE_BYTES, pages));
    }
  }

  @Test
  void shouldNameRecordsOfTheLastPage() {
    int last = References.of(References.PAGES_MAX - 1, References.INDEX_END - 1);
    assertEquals(References.PAGES_MAX - 1, References.page(last));
    assertEquals(References.INDEX_END - 1, References.index(last));
  }

  @Test
  void shouldTagVirtualServersApart() {
    assertEquals(PageTag.of("demo"), PageTag.of("demo"));
    assertFalse(PageTag.of("demo") == PageTag.of("demo2"));
  }
}
