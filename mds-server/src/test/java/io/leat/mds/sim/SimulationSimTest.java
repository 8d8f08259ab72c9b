package io.leat.mds.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.leat.mds.server.RecoveryPhase;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulator on the product as it is, and on the product with each of the planted bugs. */
class SimulationSimTest {

  private static final long FIRST_SEED = Long.getLong("leat.test.sim.seed", 1);
  private static final int SEEDS = Integer.getInteger("leat.test.sim.seeds", 25);

  /** Seeds in which a planted bug has to show itself. */
  private static final int PLANT_SEEDS_MAX = 200;

  private static final long PLANT_FIRST_SEED = 700_000;

  private static final long TAKEOVERS_FIRST_SEED = 900_000;
  private static final int TAKEOVERS = 1_000;

  @Test
  void shouldHoldEveryInvariantWhenEverythingGoesWrong() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      requireSound(seed);
    }
  }

  /**
   * Three servers and a fault every quarter of a second, until they have taken over so often; in
   * every phase of it some have died.
   */
  @Test
  void shouldHoldEveryInvariantOverAThousandTakeovers() {
    int atOnce = Runtime.getRuntime().availableProcessors();
    Map<String, Long> met = new HashMap<>();
    for (long seed = TAKEOVERS_FIRST_SEED; taken(met) < TAKEOVERS; seed += atOnce) {
      assertTrue(seed < TAKEOVERS_FIRST_SEED + TAKEOVERS, "hardly anybody takes over");
      LongStream.range(seed, seed + atOnce)
          .parallel()
          .mapToObj(one -> Simulation.run(one, Optional.empty(), Profile::restless))
          .map(SimulationSimTest::requireSound)
          .toList()
          .forEach(outcome -> outcome.met().forEach((what, n) -> met.merge(what, n, Long::sum)));
    }
    for (RecoveryPhase phase : EnumSet.range(RecoveryPhase.ELECT, RecoveryPhase.INSTANTIATE)) {
      assertTrue(met.get(Met.diedBefore(phase).text()) > 0, "nobody has died before " + phase);
    }
  }

  private static long taken(Map<String, Long> met) {
    return met.getOrDefault(Met.TAKEN_OVER.text(), 0L);
  }

  private static Outcome requireSound(Outcome outcome) {
    assertEquals(Optional.empty(), outcome.violation(), () -> "restless, seed " + outcome.seed());
    return outcome;
  }

  /** Seeds that once found a bug of the product; docs/simulation.md tells which. */
  @ParameterizedTest
  @ValueSource(longs = {6, 6978})
  void shouldHoldWhereItDidNotOnce(long seed) {
    requireSound(seed);
  }

  private static void requireSound(long seed) {
    Outcome outcome = Simulation.run(seed, Optional.empty());
    assertEquals(
        Optional.empty(),
        outcome.violation(),
        () -> "repeat with: bin/leat sim --seed " + seed + " --seeds 1 --events");
    assertTrue(outcome.operations() > 0, "nothing was done under seed " + seed);
  }

  @ParameterizedTest
  @EnumSource(Plants.class)
  void shouldFindPlantedBug(Plants plant) {
    int atOnce = Runtime.getRuntime().availableProcessors();
    for (long seed = PLANT_FIRST_SEED; seed < PLANT_FIRST_SEED + PLANT_SEEDS_MAX; seed += atOnce) {
      OptionalLong found =
          LongStream.range(seed, seed + atOnce)
              .parallel()
              .filter(one -> Simulation.run(one, Optional.of(plant)).violation().isPresent())
              .min();
      if (found.isPresent()) {
        requireSound(found.getAsLong());
        return;
      }
    }
    fail(plant.text() + " was not found in " + PLANT_SEEDS_MAX + " seeds");
  }

  @Test
  void shouldRepeatItselfWhenTheSeedIsTheSame() {
    Outcome once = Simulation.run(7, Optional.empty());
    Outcome again = Simulation.run(7, Optional.empty());

    assertEquals(once, again);
    assertNotEquals(once.traceHash(), Simulation.run(8, Optional.empty()).traceHash());
  }
}
