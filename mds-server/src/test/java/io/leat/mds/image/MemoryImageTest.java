package io.leat.mds.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryImageTest extends AbstractImageContract {

  @Override
  Image newImage(String name) {
    return new MemoryImage(CAPACITY_BYTES);
  }

  @Test
  void shouldRefuseCapacityThatIsNotPositive() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryImage(0));
  }

  @Test
  void shouldHaveNoBoundOfItsOwnByDefault() {
    try (Image unbounded = new MemoryImage()) {
      assertEquals(Long.MAX_VALUE, unbounded.capacityBytes());
    }
  }

  @Test
  void shouldStayShallowWhenKeysAscend() {
    Treap tree = null;
    for (int i = 0; i < 100_000; i++) {
      tree = Treap.put(tree, new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i}, new byte[0]);
    }
    int depth = depth(tree);
    assertTrue(depth < 70, "depth " + depth);
  }

  private static int depth(Treap tree) {
    return tree == null ? 0 : 1 + Math.max(depth(tree.left), depth(tree.right));
  }
}
