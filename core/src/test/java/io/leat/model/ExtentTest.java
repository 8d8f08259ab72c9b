package io.leat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
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
  void shouldKeepInlineBytesThroughCutsAndMoves() {
    Extent extent = Extent.inline(100, ByteString.copyFromUtf8("inline"));
    assertTrue(extent.isInline());
    assertEquals(6, extent.length());
    assertEquals(0, extent.blocks());
    assertEquals(Extent.inline(7, ByteString.copyFromUtf8("inline")), extent.withFileOffset(7));
    assertEquals(Extent.inline(100, ByteString.copyFromUtf8("in")), extent.withLength(2));
    assertThrows(IndexOutOfBoundsException.class, () -> extent.withLength(7));
    assertThrows(IllegalStateException.class, () -> extent.volumeOffset(100));
  }

  @Test
  void shouldRefuseAnExtentThatIsHalfInline() {
    ByteString bytes = ByteString.copyFrom(new byte[Extent.INLINE_BYTES_MAX]);
    assertEquals(Extent.INLINE_BYTES_MAX, Extent.inline(0, bytes).length());
    ByteString more = bytes.concat(ByteString.copyFrom(new byte[1]));
    assertThrows(IllegalArgumentException.class, () -> Extent.inline(0, more));
    assertThrows(IllegalArgumentException.class, () -> Extent.inline(0, ByteString.EMPTY));
    int none = Extent.NO_VOLUME;
    assertThrows(IllegalArgumentException.class, () -> Extent.written(0, none, 0, 10));
    assertThrows(IllegalArgumentException.class, () -> extent(0, 0, 4_096, false, bytes));
    assertThrows(IllegalArgumentException.class, () -> extent(none, 1, 4_096, false, bytes));
    assertThrows(IllegalArgumentException.class, () -> extent(none, 0, 4_095, false, bytes));
    assertThrows(IllegalArgumentException.class, () -> extent(none, 0, 4_096, true, bytes));
  }

  @Test
  void shouldStandNowhereAsAHole() {
    Extent hole = Extent.hole(100, 1L << 40);
    assertTrue(hole.isHole() && hole.unwritten());
    assertFalse(hole.isInline() || hole.isOnVolume());
    assertEquals(0, hole.blocks());
    assertEquals(Extent.hole(100, 7), hole.withLength(7));
    assertEquals(Extent.hole(101, (1L << 40) - 1), hole.tail(101));
    assertThrows(IllegalStateException.class, () -> hole.volumeOffset(100));
    assertFalse(extent(0, 5, 10, true, ByteString.EMPTY).isHole(), "it has blocks");
  }

  @Test
  void shouldLeaveATailFromAByteInside() {
    assertEquals(Extent.written(4_196, 0, 8, 904), Extent.written(100, 0, 7, 5_000).tail(4_196));
    assertThrows(
        IllegalArgumentException.class, () -> Extent.written(100, 0, 7, 5_000).tail(4_096));
    assertEquals(
        Extent.inline(102, ByteString.copyFromUtf8("line")),
        Extent.inline(100, ByteString.copyFromUtf8("inline")).tail(102));
  }

  private static Extent extent(
      int volume, long block, long length, boolean unwritten, ByteString bytes) {
    return new Extent(0, volume, block, length, unwritten, ChecksumKind.NONE, 0, bytes);
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
