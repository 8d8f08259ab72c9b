package io.leat.mds.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DelegationsTest {

  private static BlockRange range(long block, long count) {
    return new BlockRange(0, block, count);
  }

  @Test
  void shouldJoinRangesThatAdjoinInOrder() {
    LeaseRecord lease =
        Delegations.with(
            LeaseRecord.getDefaultInstance(),
            List.of(range(10, 5), range(15, 5), range(30, 1), range(9, 1)));
    assertEquals(List.of(range(10, 10), range(30, 1), range(9, 1)), Delegations.ranges(lease));
  }

  @Test
  void shouldTakeAPartOut() {
    List<BlockRange> held = List.of(range(10, 10), range(30, 4));
    assertEquals(
        List.of(range(10, 2), range(14, 6), range(30, 4)), Delegations.without(held, range(12, 2)));
    assertEquals(List.of(range(30, 4)), Delegations.without(held, range(10, 10)));
  }

  @Test
  void shouldHoldOnlyWhatIsInOneRange() {
    List<BlockRange> held = List.of(range(10, 10), range(30, 4));
    assertTrue(Delegations.hold(held, range(19, 1)));
    assertFalse(Delegations.hold(held, range(19, 2)));
    assertFalse(Delegations.hold(held, range(20, 10)));
    assertFalse(Delegations.hold(held, new BlockRange(1, 10, 1)));
  }
}
