package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VersionRangeTest {

  @Test
  void shouldChooseNewestCommonVersionWhenRangesOverlap() {
    assertEquals(OptionalInt.of(3), new VersionRange(1, 3).negotiate(new VersionRange(2, 5)));
    assertEquals(OptionalInt.of(3), new VersionRange(2, 5).negotiate(new VersionRange(1, 3)));
    assertEquals(OptionalInt.of(1), new VersionRange(1, 1).negotiate(new VersionRange(1, 9)));
  }

  @Test
  void shouldChooseNothingWhenRangesAreApart() {
    assertEquals(OptionalInt.empty(), new VersionRange(1, 2).negotiate(new VersionRange(3, 4)));
    assertEquals(OptionalInt.empty(), new VersionRange(3, 4).negotiate(new VersionRange(1, 2)));
  }

  @Test
  void shouldRejectRangeWhenItIsEmptyOrBelowOne() {
    assertThrows(IllegalArgumentException.class, () -> new VersionRange(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new VersionRange(3, 2));
  }
}
