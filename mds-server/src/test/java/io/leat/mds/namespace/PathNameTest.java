package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.LeatException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathNameTest {

  @Test
  void shouldSplitAPath() throws LeatException {
    assertTrue(PathName.parse("/").isRoot());
    assertEquals(List.of("a", "b"), PathName.parse("/a/b").components());
    assertEquals("/a", PathName.parse("/").child("a").text());
    assertEquals("b", PathName.parse("/a/b").name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "//", "/a/", "/a//b", "/./a", "/a/..", "/a\0b"})
  void shouldRefuseWhatIsNoPath(String text) {
    assertThrows(LeatException.class, () -> PathName.parse(text));
  }

  @Test
  void shouldRefuseWhatIsTooLongOrTooDeep() throws LeatException {
    PathName.parse("/" + "a".repeat(PathName.COMPONENT_BYTES_MAX));
    refused("/" + "a".repeat(PathName.COMPONENT_BYTES_MAX + 1));
    refused("/" + "ä".repeat(128));
    PathName.parse("/a".repeat(PathName.DEPTH_MAX));
    refused("/a".repeat(PathName.DEPTH_MAX + 1));
    refused("/aaaaaaaaa".repeat(801));
  }

  private static void refused(String text) {
    assertThrows(LeatException.class, () -> PathName.parse(text));
  }
}
