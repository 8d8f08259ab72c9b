package io.leat.mds.takeover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.journal.Mailbox;
import io.leat.mds.journal.Mailbox.State;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a candidate on another host asks an owner whose mailbox stands still. */
final class CandidateTest {

  private static final OwnerRecord OWNER = new OwnerRecord("a", 7, "h:1", "v");
  private static final long INCARNATION = 5;

  private final Candidate candidate =
      new Candidate("b", 9, new Detection(1_000, 5_000), true, 1_000_000);

  private long now = 1_000_000;
  private long heartbeat = 40;

  /** Time passes in which the owner's mailbox moves, or stands still. */
  private void pass(int beats, boolean moves) {
    for (int i = 0; i < beats; i++) {
      now += Detection.BEAT_MILLIS;
      heartbeat += moves ? 1 : 0;
      candidate.note(
          List.of(
              Optional.of(new Mailbox("a", INCARNATION, heartbeat, now, State.SERVING, 7, 1)),
              Optional.empty()),
          now);
    }
  }

  private void silent() {
    candidate.ownerIs(Optional.of(OWNER), now);
    pass(20, true);
    assertEquals(Optional.empty(), candidate.toAsk(now));
    pass(3, false);
    assertEquals(Optional.of(OWNER), candidate.toAsk(now));
  }

  private boolean turn() {
    return candidate.isMyTurn(Optional.of(OWNER), List.of("a", "b"), now);
  }

  @Test
  void shouldTakeOverAtOnceWhereNobodyListensAnyMore() {
    silent();
    assertFalse(turn());
    candidate.noteNoAnswer(OWNER, true);
    assertTrue(turn());
  }

  @Test
  void shouldWaitForTheTimeOfOneThatIsGoneWithoutAnAnswer() {
    silent();
    pass(20, false);
    assertFalse(turn(), "it was not asked");
    candidate.noteNoAnswer(OWNER, false);
    assertTrue(turn());
  }

  @Test
  void shouldTakeOverFromOneThatAnswersAndCannotWriteItsMailbox() {
    silent();
    candidate.noteAnswer(OWNER, INCARNATION, heartbeat);
    assertFalse(turn());
    pass(8, false);
    assertTrue(turn());
  }

  @Test
  void shouldNeverTakeOverFromOneThatWritesAnotherDevice() {
    silent();
    candidate.noteAnswer(OWNER, INCARNATION, heartbeat + 1);
    assertEquals(Word.ELSEWHERE, candidate.word());
    pass(1_000, false);
    assertFalse(turn());
    candidate.noteNoAnswer(OWNER, true);
    assertFalse(turn(), "what it has written last is not here either");
    pass(1, true);
    assertEquals(Word.AWAITED, candidate.word(), "the right device is there again");
  }

  @Test
  void shouldSeeByTheProcessToo() {
    silent();
    candidate.noteAnswer(OWNER, INCARNATION + 1, 2);
    assertEquals(Word.ELSEWHERE, candidate.word());
  }

  @Test
  void shouldNotHeedAnAnswerOfAnotherTerm() {
    silent();
    candidate.ownerIs(Optional.of(new OwnerRecord("a", 8, "h:1", "w")), now);
    candidate.noteAnswer(OWNER, INCARNATION, heartbeat + 1);
    assertEquals(Word.AWAITED, candidate.word());
  }

  @Test
  void shouldAskOneThatHasNoMailboxHere() {
    candidate.ownerIs(Optional.of(OWNER), now);
    now += TakeoverRule.ASK_MILLIS;
    assertEquals(Optional.of(OWNER), candidate.toAsk(now));
    candidate.noteAnswer(OWNER, INCARNATION, 3);
    assertEquals(Word.ELSEWHERE, candidate.word());
  }
}
