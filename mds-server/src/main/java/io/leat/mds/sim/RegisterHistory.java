package io.leat.mds.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * What several users did to one name, or to who may look at it, at the same time: make it if it is
 * absent, delete it, set it, look at it. Decides whether some order of these operations, each
 * within its time, explains all answers (linearizability; the search is that of Wing and Gong with
 * Lowe's memory of what was tried).
 */
final class RegisterHistory {

  /** The name is absent. */
  static final long ABSENT = 0;

  /** Operations kept; further ones are not made. */
  static final int OPERATIONS_MAX = 500;

  private static final long UNANSWERED = Long.MAX_VALUE;

  private final List<Operation> operations = new ArrayList<>();
  private long clock;

  /** Kinds of operations. */
  enum Kind {
    CREATE,
    DELETE,
    /** Puts its tag there, whatever was there. */
    SET,
    LOOK
  }

  /** One operation; without an answer it may have taken effect at any time since, or never. */
  static final class Operation {
    private final Kind kind;
    private final long tag;
    private final long asked;
    private long answered = UNANSWERED;
    private boolean open = true;
    private long result;

    /** When the answer came, in milliseconds. */
    private long answeredMillis;

    /** A death of the host may have undone it. */
    private boolean maybe;

    Operation(Kind kind, long tag, long asked) {
      this.kind = kind;
      this.tag = tag;
      this.asked = asked;
    }
  }

  boolean isFull() {
    return operations.size() >= OPERATIONS_MAX;
  }

  /**
   * @param tag what a create or a set would put there
   */
  Operation ask(Kind kind, long tag) {
    Operation operation = new Operation(kind, tag, clock++);
    operations.add(operation);
    return operation;
  }

  /**
   * @param result create: 1 made, 0 was there; delete: 1 was there, 0 not; look: the tag or {@link
   *     #ABSENT}; set: anything
   */
  void answer(Operation operation, long result, long nowMillis) {
    operation.open = false;
    operation.result = result;
    operation.answeredMillis = nowMillis;
    operation.answered = clock++;
  }

  /**
   * The host has died: what was not answered has taken effect by now or never will, and creates
   * that were answered early may be undone.
   *
   * @param settled whether what was answered at a time is durable; if somebody has seen it, the
   *     history tells
   */
  void hostDied(LongPredicate settled) {
    long death = clock++;
    for (Operation operation : operations) {
      boolean early = operation.kind == Kind.CREATE && operation.result == 1;
      if (operation.open || (early && !settled.test(operation.answeredMillis))) {
        operation.maybe = true;
        operation.answered = Math.min(operation.answered, death);
      }
    }
  }

  /** It certainly had no effect. */
  void withdraw(Operation operation) {
    operations.remove(operation);
  }

  private record Tried(BitSet done, long state) {}

  boolean isLinearizable() {
    // Who was never answered saw nothing, and changed nothing by looking.
    operations.removeIf(operation -> operation.open && operation.kind == Kind.LOOK);
    return search(new BitSet(operations.size()), ABSENT, new HashSet<>());
  }

  private boolean search(BitSet done, long state, Set<Tried> tried) {
    long limit = firstAnswer(done);
    if (limit == UNANSWERED) {
      return true;
    }
    if (!tried.add(new Tried((BitSet) done.clone(), state))) {
      return false;
    }
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      Operation next = operations.get(i);
      if (next.asked > limit) {
        break;
      }
      long after = after(next, state);
      done.set(i);
      if ((after >= 0 && search(done, after, tried))
          || (next.maybe && search(done, state, tried))) {
        return true;
      }
      done.clear(i);
    }
    return false;
  }

  /** Of what is not done yet, the first answer: nothing asked after it can come before it. */
  private long firstAnswer(BitSet done) {
    long first = UNANSWERED;
    for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
      first = Math.min(first, operations.get(i).answered);
    }
    return first;
  }

  /** The state after an operation; -1 when its answer does not fit. */
  private static long after(Operation operation, long state) {
    return switch (operation.kind) {
      case CREATE -> {
        boolean made = state == ABSENT;
        yield operation.open || made == (operation.result == 1)
            ? (made ? operation.tag : state)
            : -1;
      }
      case DELETE -> operation.open || (state != ABSENT) == (operation.result == 1) ? ABSENT : -1;
      case SET -> operation.tag;
      case LOOK -> operation.open || operation.result == state ? state : -1;
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Operation o : operations) {
      text.append(
          " %s(%d)=%s".formatted(o.kind, o.tag, o.open ? "?" : o.result + (o.maybe ? "?" : "")));
    }
    return text.toString();
  }
}
