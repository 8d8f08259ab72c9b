package io.leat.hadoop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.BlockLocation;
import org.junit.jupiter.api.Test;

class BlockLocationsTest {

  private static final List<String> HOSTS = List.of("a", "b");

  @Test
  void shouldCutAFileIntoBlocks() throws IOException {
    BlockLocation[] blocks = BlockLocations.of(250, 100, 0, 250, HOSTS);

    assertEquals(3, blocks.length);
    assertEquals(0, blocks[0].getOffset());
    assertEquals(100, blocks[1].getOffset());
    assertEquals(50, blocks[2].getLength());
    assertArrayEquals(new String[] {"a", "b"}, blocks[2].getHosts());
  }

  @Test
  void shouldGiveTheBlocksThatARangeTouches() {
    BlockLocation[] blocks = BlockLocations.of(1_000, 100, 150, 51, HOSTS);

    assertEquals(2, blocks.length);
    assertEquals(100, blocks[0].getOffset());
    assertEquals(200, blocks[1].getOffset());
  }

  @Test
  void shouldGiveNothingBehindTheEnd() {
    assertEquals(0, BlockLocations.of(100, 10, 100, 5, HOSTS).length);
    assertEquals(0, BlockLocations.of(0, 10, 0, 5, HOSTS).length);
  }

  @Test
  void shouldCutAnEndlessRange() {
    assertEquals(10, BlockLocations.of(100, 10, 0, Long.MAX_VALUE, HOSTS).length);
  }

  @Test
  void shouldBoundTheNumberOfBlocks() {
    BlockLocation[] blocks = BlockLocations.of(1L << 40, 1, 0, 1L << 40, HOSTS);

    assertTrue(blocks.length <= BlockLocations.BLOCKS_MAX);
    BlockLocation last = blocks[blocks.length - 1];
    assertEquals(1L << 40, last.getOffset() + last.getLength());
  }

  @Test
  void shouldRefuseNegativeRanges() {
    assertThrows(IllegalArgumentException.class, () -> BlockLocations.of(100, 10, -1, 5, HOSTS));
    assertThrows(IllegalArgumentException.class, () -> BlockLocations.of(100, 10, 0, -5, HOSTS));
  }

  @Test
  void shouldCallLoopbackLocalhost() {
    assertEquals(
        List.of("localhost", "mds"),
        BlockLocations.hostsOf(List.of("127.0.0.1:1", "[::1]:2", "mds:3", "localhost:4")));
  }
}
