package io.leat.mds.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class RecordPagesTest {

  private static final int PAGE_BYTES = 512;

  /** Records of 64 bytes in a page of 512, less the header. */
  private static final int IN_PAGE = 7;

  private static final int VALUE_AT = RecordPages.FIELDS_AT;

  private final PageStore store = new PageStore(7, PAGE_BYTES, 1_000);
  private final RecordPages records = new RecordPages(store, PageKind.GRANT);

  private List<Integer> allocate(int count) {
    List<Integer> references = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      references.add(records.allocate());
    }
    return references;
  }

  @Test
  void shouldFillPagesBeforeTakingOthers() {
    for (int more = 1; more <= 3 * IN_PAGE; more++) {
      int expected = store.usedPages() + records.pagesFor(1);
      allocate(1);
      assertEquals(expected, store.usedPages());
    }
    assertEquals(3, store.usedPages());
    assertEquals(3 * IN_PAGE, records.size());
    assertEquals(0, records.pagesFor(0));
    assertEquals(1, records.pagesFor(IN_PAGE));
    assertEquals(2, records.pagesFor(IN_PAGE + 1));
  }

  @Test
  void shouldGiveEmptyPagesBack() {
    List<Integer> references = allocate(2 * IN_PAGE + 1);
    references.subList(IN_PAGE, 2 * IN_PAGE).forEach(records::free);
    assertEquals(2, store.usedPages());
    assertEquals(1, records.pagesFor(IN_PAGE));
    records.free(references.get(2 * IN_PAGE));
    references.subList(0, IN_PAGE).forEach(records::free);
    assertEquals(0, store.usedPages());
    assertEquals(0, records.size());
  }

  @Test
  void shouldBeginRecordsWithZeros() {
    int reference = records.allocate();
    records.set(reference, RecordPages.OWN_STATE);
    records.putLong(reference, VALUE_AT, -1);
    int kept = records.allocate();
    records.free(reference);
    assertEquals(reference, records.allocate());
    assertEquals(0, records.getLong(reference, VALUE_AT));
    assertEquals(References.NONE, records.next(reference));
    assertFalse(records.has(reference, RecordPages.OWN_STATE));
    assertTrue(kept != reference && reference != References.NONE);
  }

  @Test
  void shouldRefuseToFreeTwice() {
    List<Integer> references = allocate(2);
    records.free(references.get(0));
    assertThrows(IllegalStateException.class, () -> records.free(references.get(0)));
  }

  @Test
  void shouldRefuseWhenThereAreNoPages() {
    RecordPages few = new RecordPages(new PageStore(7, PAGE_BYTES, 1), PageKind.GRANT);
    for (int i = 0; i < IN_PAGE; i++) {
      assertTrue(few.allocate() != References.NONE);
    }
    assertThrows(IllegalStateException.class, few::allocate);
  }

  @ParameterizedTest
  @EnumSource(
      value = PageKind.class,
      mode = Mode.EXCLUDE,
      names = {"GRANT", "SESSION", "HOLDER_COUNTS"})
  void shouldRefuseKindsWithoutRecords(PageKind kind) {
    assertThrows(RuntimeException.class, () -> new RecordPages(store, kind));
  }

  @ParameterizedTest
  @EnumSource(names = {"GRANT", "SESSION", "HOLDER_COUNTS"})
  void shouldKeepRecordsApart(PageKind kind) {
    RecordPages some = new RecordPages(store, kind);
    List<Integer> live = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(kind.number());
    for (int step = 0; step < 20_000; step++) {
      boolean grow = step / 2_000 % 2 == 0;
      if (live.isEmpty() || random.nextInt(10) < (grow ? 7 : 3)) {
        int added = some.allocate();
        some.putLong(added, VALUE_AT, added);
        some.putLong(added, kind.recordBytes() - Long.BYTES, ~added);
        live.add(added);
      } else {
        int at = random.nextInt(live.size());
        some.free(live.get(at));
        live.set(at, live.get(live.size() - 1));
        live.remove(live.size() - 1);
      }
    }
    Set<Integer> seen = new HashSet<>();
    for (int reference : live) {
      assertTrue(seen.add(reference));
      assertEquals(reference, some.getLong(reference, VALUE_AT));
      assertEquals(~reference, some.getLong(reference, kind.recordBytes() - Long.BYTES));
    }
    assertEquals(live.size(), some.size());
    live.forEach(some::free);
    assertEquals(0, store.usedPages());
  }
}
