package io.leat.mds.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LinearIndexTest {

  private static final int KEY_AT = RecordPages.FIELDS_AT;
  private static final int KEYS = 5_000;

  private final PageStore store = new PageStore(7, 512, 10_000);
  private final RecordPages records = new RecordPages(store, PageKind.SESSION);
  private final LinearIndex index =
      new LinearIndex(store, PageKind.SESSION_INDEX, records, this::hash);

  private int hash(int reference) {
    return LinearIndex.hash(records.getLong(reference, KEY_AT));
  }

  private int add(long key) {
    int reference = records.allocate();
    records.putLong(reference, KEY_AT, key);
    index.add(hash(reference), reference);
    return reference;
  }

  private int find(long key) {
    int reference = index.first(LinearIndex.hash(key));
    while (reference != References.NONE && records.getLong(reference, KEY_AT) != key) {
      reference = records.next(reference);
    }
    return reference;
  }

  @Test
  void shouldFindEverythingWhileItGrows() {
    int[] added = new int[KEYS];
    for (int key = 0; key < KEYS; key++) {
      assertEquals(References.NONE, find(key));
      added[key] = add(key);
      if (key % 97 == 0) {
        for (int known = 0; known <= key; known++) {
          assertEquals(added[known], find(known));
        }
      }
    }
  }

  @Test
  void shouldTakePagesOneByOne() {
    for (int key = 0; key < KEYS; key++) {
      int before = store.usedPages();
      int expected = index.pagesFor(1) + records.pagesFor(1);
      assertTrue(expected <= 2, "growth never comes at once");
      add(key);
      assertEquals(before + expected, store.usedPages());
    }
  }

  @Test
  void shouldAgreeWithAMap() {
    SplittableRandom random = new SplittableRandom(3);
    Map<Long, Integer> expected = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      long key = random.nextInt(2_000);
      Integer known = expected.remove(key);
      if (known == null) {
        expected.put(key, add(key));
      } else {
        index.remove(LinearIndex.hash(key), known);
        records.free(known);
      }
      assertEquals(expected.getOrDefault(key, References.NONE), find(key));
    }
    for (long key = 0; key < 2_000; key++) {
      assertEquals(expected.getOrDefault(key, References.NONE), find(key));
    }
  }

  @Test
  void shouldRefuseToRemoveWhatIsNotThere() {
    add(1);
    int stranger = records.allocate();
    assertThrows(IllegalStateException.class, () -> index.remove(LinearIndex.hash(1), stranger));
  }

  @Test
  void shouldSpreadConsecutiveNumbers() {
    for (int key = 0; key < KEYS; key++) {
      add(key);
    }
    long steps = 0;
    for (int key = 0; key < KEYS; key++) {
      int reference = index.first(LinearIndex.hash(key));
      for (; records.getLong(reference, KEY_AT) != key; reference = records.next(reference)) {
        steps++;
      }
    }
    assertTrue(steps < KEYS / 2, steps + " steps behind the first record");
  }
}
