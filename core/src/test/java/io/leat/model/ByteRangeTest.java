package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ByteRangeTest {

  @Test
  void shouldOverlapWhatHasAByteOfIt() {
    ByteRange range = new ByteRange(10, 5);
    assertEquals(15, range.end());
    assertTrue(range.overlaps(new ByteRange(0, 11)));
    assertTrue(range.overlaps(new ByteRange(14, 1)));
    assertTrue(range.overlaps(ByteRange.from(0)));
    assertFalse(range.overlaps(new ByteRange(0, 10)));
    assertFalse(range.overlaps(ByteRange.from(15)));
  }

  @Test
  void shouldSayWhichBytes() {
    assertEquals("bytes 10 to 14", new ByteRange(10, 5).toString());
    assertEquals("bytes from 7 on", ByteRange.from(7).toString());
  }

  @Test
  void shouldBeOfBytesThatAFileCanHave() {
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(-1, 5));
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(0, 0));
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(1, Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> new ByteRange(1, ByteRange.END_MAX));
    assertThrows(IllegalArgumentException.class, () -> ByteRange.from(ByteRange.END_MAX));
  }
}
