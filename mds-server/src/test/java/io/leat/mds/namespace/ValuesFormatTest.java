package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.leat.model.ChecksumKind;
import io.leat.model.Extent;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Extents' values stay what they were: images, checkpoints and journals hold them. */
class ValuesFormatTest {

  private static void assertStandsAs(String hex, Extent extent) {
    String digits = hex.replace(" ", "");
    assertEquals(digits, HexFormat.of().formatHex(Values.extent(extent)));
    assertEquals(extent, Values.extent(extent.fileOffset(), HexFormat.of().parseHex(digits)));
  }

  @Test
  void shouldKeepTheValueOfAnExtentOnAVolume() {
    assertStandsAs(
        "00000003 0000000000000007 0000000000001388 00 00 00000000",
        Extent.written(100, 3, 7, 5_000));
    assertStandsAs(
        "00000000 0000000000000001 0000000000000001 01 01 00c0ffee",
        new Extent(0, 0, 1, 1, true, ChecksumKind.CRC32C, 0xc0ffee));
  }

  @Test
  void shouldKeepTheValueOfAnInlineExtent() {
    assertStandsAs(
        "7fffffff 0000000000000000 0000000000000004 00 00 00000000 6c656174",
        Extent.inline(9, ByteString.copyFromUtf8("leat")));
  }

  @Test
  void shouldRefuseAValueThatIsNeither() {
    byte[] inline = Values.extent(Extent.inline(0, ByteString.copyFromUtf8("leat")));
    assertThrows(IllegalArgumentException.class, () -> Values.extent(0, Arrays.copyOf(inline, 29)));
    byte[] written = Values.extent(Extent.written(0, 0, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Values.extent(0, Arrays.copyOf(written, 27)));
  }
}
