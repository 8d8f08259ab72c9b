package io.leat.mds.sim;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VersionTest {

  private static final byte[] BYTES = {1, 2, 3, 4, 5, 6};

  /** The first four bytes are durable. */
  private static Version version() {
    Version first = Version.empty().grown(new byte[] {1, 2, 3, 4});
    first.durable();
    return first.grown(BYTES);
  }

  private static Version afterDeath() {
    Version version = version();
    version.hostDied(-1);
    return version;
  }

  @Test
  void shouldLoseNothingWhenNobodyDied() {
    assertFalse(version().foundLost(5));
    assertFalse(version().read(0, 6, new byte[] {1, 2, 3, 4, 5}));
    assertTrue(version().read(0, 6, BYTES));
  }

  @Test
  void shouldLoseOnlyWhatWasNotDurable() {
    assertFalse(afterDeath().foundLost(3));
    assertFalse(afterDeath().foundLost(6));
    assertTrue(afterDeath().foundLost(4));
    assertFalse(afterDeath().read(0, 6, new byte[] {1, 2, 3}));
    assertFalse(afterDeath().read(0, 6, new byte[] {1, 2, 3, 4, 0, 0}));
  }

  @Test
  void shouldLoseNothingThatTheServerHasFlushed() {
    Version version = version();
    version.journaled(7);
    version.hostDied(8);

    assertFalse(version.foundLost(4));
  }

  @Test
  void shouldBeInDoubtWhenItWasMadeInTheMillisecondOfTheFlush() {
    Version version = version();
    version.journaled(7);
    version.hostDied(7);

    assertTrue(version.foundLost(4));
  }

  @Test
  void shouldStayAsItWasFound() {
    Version lost = afterDeath();
    assertTrue(lost.read(0, 6, new byte[] {1, 2, 3, 4, 5}));
    assertTrue(lost.foundLost(5));
    assertFalse(lost.foundLost(4));
    assertFalse(lost.foundWhole());
    assertFalse(lost.read(0, 6, BYTES));

    Version whole = afterDeath();
    assertTrue(whole.foundWhole());
    whole.hostDied(-1);
    assertFalse(whole.foundLost(4));
  }

  @Test
  void shouldBeDurableWhenItIsCutToWhatIsLeft() {
    Version lost = afterDeath();
    assertTrue(lost.foundLost(5));
    Version cut = lost.cut(5);
    cut.hostDied(-1);

    assertTrue(cut.foundWhole());
    assertFalse(cut.foundLost(4));
  }
}
