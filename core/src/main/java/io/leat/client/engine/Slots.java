package io.leat.client.engine;

import java.util.ArrayDeque;

/** The session's reply slots: which are free, and each one's next sequence. */
final class Slots {

  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private final long[] sequences;

  Slots(int count) {
    sequences = new long[count];
    for (int slot = 0; slot < count; slot++) {
      free.add(slot);
    }
  }

  boolean isFree() {
    return !free.isEmpty();
  }

  void assignTo(Call call) {
    int slot = free.pop();
    call.assign(slot, ++sequences[slot]);
  }

  void giveBack(int slot) {
    free.push(slot);
  }
}
