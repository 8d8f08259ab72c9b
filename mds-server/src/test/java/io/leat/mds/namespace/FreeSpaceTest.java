package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.model.BlockRange;
import io.leat.model.LeatException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FreeSpaceTest {

  private static final long LARGE = FreeSpace.ALIGNED_BLOCKS;

  private final ImageTransaction image = new MemoryImage().begin();
  private final FreeSpace space = new FreeSpace(image);

  @AfterEach
  void end() {
    image.close();
  }

  private static BlockRange range(long block, long count) {
    return new BlockRange(0, block, count);
  }

  @Test
  void shouldJoinNeighbours() throws LeatException {
    space.give(range(10, 5));
    space.give(range(20, 5));
    space.give(range(15, 5));
    assertEquals(List.of(range(10, 15)), space.take(0, 100, Optional.empty()));
  }

  @Test
  void shouldTakeTheSmallestRunThatFits() throws LeatException {
    space.give(range(10, 50));
    space.give(range(100, 8));
    assertEquals(List.of(range(100, 6)), space.take(0, 6, Optional.empty()));
  }

  @Test
  void shouldGoOnBehindAFileAndThenElsewhere() throws LeatException {
    space.give(range(10, 4));
    space.give(range(100, 50));
    assertEquals(List.of(range(10, 4), range(100, 2)), space.take(0, 6, Optional.of(range(5, 5))));
  }

  @Test
  void shouldAlignWhatIsLarge() throws LeatException {
    space.give(range(1, 3 * LARGE));
    assertEquals(List.of(range(LARGE, LARGE)), space.take(0, LARGE, Optional.empty()));
    assertEquals(List.of(range(1, 5)), space.take(0, 5, Optional.empty()));
    assertEquals(List.of(range(2 * LARGE, LARGE)), space.take(0, LARGE, Optional.empty()));
  }

  @Test
  void shouldTakeALongerRunToAlignWhatIsLarge() throws LeatException {
    space.give(range(7, LARGE + 3));
    space.give(range(10 * LARGE + 1, 2 * LARGE));
    assertEquals(List.of(range(11 * LARGE, LARGE)), space.take(0, LARGE, Optional.empty()));
  }

  @Test
  void shouldTakeWhatThereIsWhereNothingCanBeAligned() throws LeatException {
    space.give(range(1, LARGE + 50));
    assertEquals(List.of(range(1, LARGE)), space.take(0, LARGE, Optional.empty()));
    assertEquals(List.of(range(LARGE + 1, 50)), space.take(0, LARGE, Optional.empty()));
  }

  @Test
  void shouldGoOnBehindAFileWithoutAligning() throws LeatException {
    space.give(range(10, 4 * LARGE));
    assertEquals(List.of(range(10, LARGE)), space.take(0, LARGE, Optional.of(range(5, 5))));
  }

  @Test
  void shouldJoinAgainWhatWasLeftBeforeTheAlignedPart() throws LeatException {
    space.give(range(1, 3 * LARGE));
    for (BlockRange taken : space.take(0, LARGE, Optional.empty())) {
      space.give(taken);
    }
    assertEquals(List.of(range(1, 3 * LARGE)), space.take(0, 3 * LARGE, Optional.empty()));
  }

  @Test
  void shouldRefuseWhatIsFreeAlready() {
    space.give(range(15, 3));
    for (BlockRange twice :
        List.of(range(15, 3), range(10, 10), range(16, 1), range(10, 6), range(17, 9))) {
      assertThrows(IllegalStateException.class, () -> space.give(twice), twice.toString());
    }
  }

  @Test
  void shouldSayThatThereIsNoSpace() {
    assertThrows(LeatException.class, () -> space.take(0, 1, Optional.empty()));
  }
}
