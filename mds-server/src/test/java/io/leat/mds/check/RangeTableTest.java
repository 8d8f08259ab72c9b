package io.leat.mds.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeTableTest {

  @Test
  void shouldSortAndFindWhenFilledInAnyOrder() {
    RangeTable table = new RangeTable();
    Random random = new Random(7);
    int ranges = 50_000;
    int[] places = random.ints(ranges, 0, 1_000_000).toArray();
    for (int place : places) {
      table.add(place, place + 2L, Owner.EXTENT.pack(place));
    }

    table.sort();

    assertEquals(ranges, table.size());
    for (int i = 1; i < ranges; i++) {
      assertTrue(table.start(i - 1) <= table.start(i));
      assertEquals(table.start(i) + 2, table.end(i));
      assertEquals(Owner.EXTENT.pack(table.start(i)), table.owner(i));
    }
    for (int place : places) {
      assertTrue(table.has(place, place + 2L));
      assertFalse(table.has(place, place + 3L));
    }
    assertFalse(table.has(2_000_000, 2_000_002));
  }
}
