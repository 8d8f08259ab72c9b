package io.leat.mds.journal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checkpoints as positions and the batches before them; the last two count. */
final class ModelCheckpoints implements CheckpointKeeper {

  private final List<List<Replayed>> states = new ArrayList<>();
  private List<Replayed> recovered = List.of();

  /** Saves a state. */
  void save(List<Replayed> state) {
    states.add(List.copyOf(state));
  }

  List<Replayed> newest() {
    return states.isEmpty() ? List.of() : states.get(states.size() - 1);
  }

  /** What is known from the newest checkpoint and a history. */
  List<Replayed> stateAt(JournalHistory history) throws IOException {
    List<Replayed> state = new ArrayList<>(newest());
    state.addAll(TestStorage.replay(history, end(state)));
    return state;
  }

  @Override
  public void recover(JournalHistory history) throws IOException {
    assertTrue(
        history.start().batch() <= previousCheckpoint().batch(), "a checkpoint lost its use");
    recovered = newest();
    if (!end(recovered).equals(history.end().orElse(JournalPosition.START))) {
      recovered = stateAt(history.settled());
    }
  }

  @Override
  public void makeRoom() {
    save(recovered);
    save(recovered);
  }

  @Override
  public JournalPosition previousCheckpoint() {
    return states.size() < 2 ? JournalPosition.START : end(states.get(states.size() - 2));
  }

  static JournalPosition end(List<Replayed> state) {
    return state.isEmpty() ? JournalPosition.START : state.get(state.size() - 1).position();
  }
}
