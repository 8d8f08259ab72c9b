package io.leat.mds.takeover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.journal.Mailbox;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.takeover.TakeoverRule.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TakeoverRuleTest {

  private static final Detection DETECTION = new Detection(1_000, 5_000);
  private static final int TURN = TakeoverRule.TURN_MILLIS;

  /** What each server says of itself; heartbeats and progress go on unless they are stopped. */
  private final Map<String, State> states = new LinkedHashMap<>();

  private final Map<String, Long> beats = new HashMap<>();
  private final Map<String, Long> progress = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final List<String> silent = new ArrayList<>();
  private final List<String> hung = new ArrayList<>();
  private final Sightings sightings = new Sightings();
  private Optional<OwnerRecord> owner = Optional.empty();
  private long ownerSince;
  private long now = 1_000_000;
  private Word word = Word.NEEDLESS;

  private void owner(String name) {
    owner = Optional.of(new OwnerRecord(name, 7, "h:1", "v"));
    ownerSince = now;
  }

  /** Time passes, a heartbeat at a time. */
  private void pass(long millis) {
    for (long end = now + millis; now < end; now += Math.min(Detection.BEAT_MILLIS, end - now)) {
      beat();
    }
    beat();
  }

  private void beat() {
    List<Optional<Mailbox>> mails = new ArrayList<>();
    states.forEach(
        (name, state) -> {
          if (!silent.contains(name)) {
            beats.merge(name, 1L, Long::sum);
            progress.merge(name, hung.contains(name) ? 0L : 1L, Long::sum);
          }
          mails.add(
              Optional.of(
                  new Mailbox(
                      name,
                      1,
                      beats.get(name),
                      progress.get(name),
                      state,
                      epochs.getOrDefault(name, 0L),
                      0)));
        });
    sightings.note(mails, now);
  }

  private View view(String me) {
    return new View(
        List.of("a", "b", "c"),
        owner,
        now - ownerSince,
        states.get(me) == State.FAILED,
        sightings,
        word);
  }

  private boolean turn(String me) {
    return new TakeoverRule(me, 1, DETECTION).isMyTurn(view(me));
  }

  private void three(State a, State b, State c) {
    states.put("a", a);
    states.put("b", b);
    states.put("c", c);
    pass(100);
  }

  @Test
  void shouldLetTheFirstCandidateOwnWhatNobodyOwns() {
    ownerSince = now;
    three(State.STANDBY, State.STANDBY, State.STANDBY);
    assertTrue(turn("a"));
    assertFalse(turn("b"));
    pass(TURN);
    assertTrue(turn("b"), "when the first does not act");
    assertFalse(turn("c"));
    pass(TURN);
    assertTrue(turn("c"));
  }

  @Test
  void shouldStandByWhileTheOwnerLives() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(100_000);
    assertFalse(turn("b"));
    assertTrue(new TakeoverRule("b", 1, DETECTION).ownerLives(view("b")));
  }

  @Test
  void shouldTakeOverInOrderWhenTheOwnerIsGone() {
    owner("b");
    three(State.STANDBY, State.SERVING, State.STANDBY);
    pass(5_000);
    silent.add("b");
    pass(900);
    assertFalse(turn("a"));
    pass(200);
    assertTrue(turn("a"));
    assertFalse(turn("c"));
    pass(TURN);
    assertTrue(turn("c"));
  }

  @Test
  void shouldPassOverCandidatesThatAreGoneToo() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    silent.addAll(List.of("a", "b"));
    pass(1_100);
    assertTrue(turn("c"));
  }

  @Test
  void shouldTellHungFromGone() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    hung.add("a");
    pass(4_900);
    assertFalse(turn("b"));
    pass(200);
    assertFalse(turn("b"), "the owner itself comes first");
    pass(TURN);
    assertTrue(turn("b"));
  }

  @Test
  void shouldLetAnOwnerThatHasComeBackGoOn() {
    owner("c");
    pass(5_000);
    three(State.STANDBY, State.STANDBY, State.STANDBY);
    assertTrue(turn("c"));
    assertFalse(turn("a"));
  }

  @Test
  void shouldGoAheadOfAnOwnerThatHasFailed() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    states.put("a", State.FAILED);
    pass(100);
    assertTrue(turn("b"));
    assertFalse(turn("a"));
    pass(2 * TURN);
    assertTrue(turn("a"), "if nobody else does");
  }

  @Test
  void shouldTryAgainAloneAfterAFailure() {
    owner("a");
    three(State.FAILED, State.STANDBY, State.STANDBY);
    silent.addAll(List.of("b", "c"));
    pass(1_100);
    assertTrue(turn("a"));
  }

  @Test
  void shouldTakeOverFromAnOwnerThatStops() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    states.put("a", State.STOPPED);
    pass(100);
    assertTrue(turn("b"));
  }

  @Test
  void shouldGiveANewOwnerTimeToShowThatItLives() {
    three(State.SERVING, State.STANDBY, State.STANDBY);
    silent.add("a");
    pass(10_000);
    owner("b");
    assertFalse(turn("c"), "its mailbox says STANDBY still");
    states.put("b", State.TAKING);
    pass(10_000);
    assertFalse(turn("c"));
  }

  @Test
  void shouldNotTakeItsOwnPauseForSomebodyElsesDeath() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    now += 20_000;
    assertFalse(turn("b"), "nothing was looked at meanwhile");
    pass(100);
    assertFalse(turn("b"));
  }

  @Test
  void shouldNotOwnWhatItIsNoCandidateFor() {
    owner("d");
    three(State.STANDBY, State.STANDBY, State.STANDBY);
    states.put("e", State.STANDBY);
    pass(10_000);
    assertTrue(turn("a"), "nobody has ever heard of the owner");
    assertFalse(new TakeoverRule("e", 1, DETECTION).isMyTurn(view("e")));
  }

  @Test
  void shouldSeeThroughAnotherProcessOfTheSameName() {
    states.put("a", State.STANDBY);
    Mailbox before = new Mailbox("a", 1, 5, 9, State.SERVING, 3, 0);
    sightings.note(List.of(Optional.of(before)), now);
    sightings.note(List.of(Optional.of(before)), now + 100);
    assertEquals(100, sightings.of("a").orElseThrow().heartbeatMillis());
    Mailbox after = new Mailbox("a", 2, 6, 9, State.SERVING, 3, 0);
    sightings.note(List.of(Optional.of(after)), now + 200);
    assertEquals(0, sightings.of("a").orElseThrow().stateMillis());
  }

  @Test
  void shouldNotClaimBesideAProcessOfTheSameName() {
    owner("a");
    three(State.STANDBY, State.STANDBY, State.STANDBY);
    assertTrue(turn("a"));
    assertFalse(new TakeoverRule("a", 2, DETECTION).isMyTurn(view("a")));
    silent.add("a");
    pass(1_000);
    assertTrue(new TakeoverRule("a", 2, DETECTION).isMyTurn(view("a")), "it is gone");
  }

  @Test
  void shouldBelieveAnEpochOnTheStorageMoreThanAnOldRecord() {
    owner("a");
    epochs.put("b", 9L);
    three(State.STANDBY, State.SERVING, State.STANDBY);
    pass(5_000);
    assertFalse(turn("a"), "the record is of epoch 7");
    owner = Optional.empty();
    assertFalse(turn("a"), "and if there is none");
    epochs.put("b", 6L);
    owner("a");
    pass(5_000);
    assertTrue(turn("a"));
  }

  @Test
  void shouldSayThatItIsOwnedElsewhereOnceTheOwnerWasSeenToBeat() {
    owner("a");
    states.put("a", State.SERVING);
    beat();
    TakeoverRule rule = new TakeoverRule("b", 1, DETECTION);
    assertTrue(rule.ownerLives(view("b")));
    assertFalse(rule.isOwnedElsewhere(view("b")), "it may be what a dead one has left");
    beat();
    assertTrue(rule.isOwnedElsewhere(view("b")));
  }

  @Test
  void shouldTakeOverAtOnceFromAProcessThatIsKnownToHaveEnded() {
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    assertEquals(-1, sightings.silentLane("a"), "it beats");
    silent.add("a");
    pass(200);
    assertFalse(turn("b"));
    assertEquals(0, sightings.silentLane("a"));
    sightings.noteDead(0);
    assertEquals(-1, sightings.silentLane("a"), "nobody has to look again");
    assertTrue(turn("b"));
    assertFalse(turn("c"));
    silent.clear();
    pass(100);
    assertFalse(turn("b"), "somebody beats again in its lane");
  }

  @Test
  void shouldAskAnOwnerOnAnotherHostBeforeItIsTakenForGone() {
    word = Word.AWAITED;
    owner("a");
    three(State.SERVING, State.STANDBY, State.STANDBY);
    pass(5_000);
    assertFalse(turn("b"));
    silent.add("a");
    pass(5_000);
    assertFalse(turn("b"), "it was not asked");
    word = Word.ELSEWHERE;
    assertFalse(turn("b"), "it lives on another device");
    word = Word.NOTHING;
    assertTrue(turn("b"));
  }

  @Test
  void shouldNotAskWhoSaysOfHimselfThatHeHasFailed() {
    word = Word.AWAITED;
    owner("a");
    three(State.FAILED, State.STANDBY, State.STANDBY);
    pass(5_000);
    assertTrue(turn("b"));
  }

  @Test
  void shouldNotWaitForEverForATakeoverThatHangs() {
    owner("a");
    three(State.TAKING, State.STANDBY, State.STANDBY);
    hung.add("a");
    pass(TakeoverRule.TAKING_HUNG_MILLIS_MIN - 1_000);
    assertFalse(turn("b"));
    pass(2_000);
    assertTrue(turn("b"));
  }

  @Test
  void shouldNotBeFooledByAMailInALaneThatWasGivenUp() {
    Mailbox old = new Mailbox("a", 1, 50, 9, State.SERVING, 3, 0);
    for (int i = 0; i < 20; i++) {
      Mailbox current = new Mailbox("a", 2, 7, 1, State.SERVING, 4, 0);
      sightings.note(List.of(Optional.of(old), Optional.of(current)), now + 100L * i);
    }
    assertEquals(1_900, sightings.of("a").orElseThrow().heartbeatMillis());
  }
}
