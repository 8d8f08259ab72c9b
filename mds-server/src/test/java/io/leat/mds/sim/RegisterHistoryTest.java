package io.leat.mds.sim;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.sim.RegisterHistory.Kind;
import io.leat.mds.sim.RegisterHistory.Operation;
import org.junit.jupiter.api.Test;

class RegisterHistoryTest {

  private final RegisterHistory history = new RegisterHistory();

  @Test
  void shouldAcceptWhatOverlappingOperationsMaySee() {
    Operation first = history.ask(Kind.CREATE, 1);
    Operation second = history.ask(Kind.CREATE, 2);
    history.answer(second, 1, 0);
    history.answer(first, 0, 0);
    look(2);

    assertTrue(history.isLinearizable());
  }

  @Test
  void shouldRefuseTwoWinners() {
    Operation first = history.ask(Kind.CREATE, 1);
    Operation second = history.ask(Kind.CREATE, 2);
    history.answer(second, 1, 0);
    history.answer(first, 1, 0);

    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldRefuseToForgetWhatWasAcknowledged() {
    history.answer(history.ask(Kind.CREATE, 1), 1, 0);
    look(RegisterHistory.ABSENT);

    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldLetUnansweredOperationsHappenLaterOrNever() {
    Operation unanswered = history.ask(Kind.CREATE, 1);
    look(RegisterHistory.ABSENT);
    look(1);
    history.answer(history.ask(Kind.DELETE, 0), 1, 0);
    look(RegisterHistory.ABSENT);
    assertTrue(history.isLinearizable());

    look(1);
    assertFalse(history.isLinearizable());
    history.withdraw(unanswered);
    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldLetADeathOfTheHostUndoWhatWasAnsweredEarly() {
    history.answer(history.ask(Kind.CREATE, 1), 1, 7);
    history.hostDied(answeredMillis -> answeredMillis <= 6);
    look(RegisterHistory.ABSENT);
    assertTrue(history.isLinearizable());

    look(1);
    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldNotLetADeathOfTheHostUndoWhatWasSeen() {
    history.answer(history.ask(Kind.CREATE, 1), 1, 7);
    look(1);
    history.hostDied(answeredMillis -> answeredMillis <= 6);
    look(RegisterHistory.ABSENT);

    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldNotLetADeathOfTheHostUndoWhatIsSettled() {
    history.answer(history.ask(Kind.CREATE, 1), 1, 6);
    history.hostDied(answeredMillis -> answeredMillis <= 6);
    look(RegisterHistory.ABSENT);

    assertFalse(history.isLinearizable());
  }

  @Test
  void shouldLetNothingHappenAfterTheDeathOfItsHost() {
    Operation unanswered = history.ask(Kind.CREATE, 1);
    history.hostDied(answeredMillis -> true);
    assertTrue(history.isLinearizable());
    look(RegisterHistory.ABSENT);
    assertTrue(history.isLinearizable());

    look(1);
    assertFalse(history.isLinearizable());
    history.withdraw(unanswered);
    assertFalse(history.isLinearizable());
  }

  private void look(long result) {
    history.answer(history.ask(Kind.LOOK, 0), result, 0);
  }
}
