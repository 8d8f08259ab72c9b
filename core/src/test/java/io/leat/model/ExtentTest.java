package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ExtentTest {

  @Test
  void shouldCountBlocks() {
    assertEquals(0, Extent.blocksFor(0));
    assertEquals(1, Extent.blocksFor(1));
    assertEquals(1, Extent.blocksFor(4_096));
    assertEquals(2, Extent.blocksFor(4_097));
    assertEquals((1L << 51), Extent.blocksFor(Long.MAX_VALUE));
  }

  @Test
  void shouldMapFileBytesToTheVolume() {
    Extent extent = Extent.written(100, 0, 7, 5_000);
    assertEquals(5_100, extent.fileEnd());
    assertEquals(9, extent.blockEnd());
    assertEquals(7 * 4_096 + 50, extent.volumeOffset(150));
  }

  @Test
  void shouldRefuseWhatIsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> Extent.written(-1, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Extent.written(0, -1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Extent.written(0, 0, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> Extent.written(0, 0, 0, 0));
    assertThrows(ArithmeticException.class, () -> Extent.written(1, 0, 0, Long.MAX_VALUE));
    assertThrows(ArithmeticException.class, () -> Extent.written(0, 0, 0, Long.MAX_VALUE));
    assertThrows(
        ArithmeticException.class, () -> Extent.written(0, 0, Long.MAX_VALUE >> 12, 4_097));
  }
}
