package io.leat.coordination;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what a listener was told. */
final class Reports<T> implements ChangeListener<T> {

  private final List<T> states = new CopyOnWriteArrayList<>();
  private final List<CoordinationException> failures = new CopyOnWriteArrayList<>();

  @Override
  public void changed(T state) {
    states.add(state);
  }

  @Override
  public void failed(CoordinationException failure) {
    failures.add(failure);
  }

  List<T> states() {
    return states;
  }

  List<CoordinationException> failures() {
    return failures;
  }

  boolean lastIs(T expected) {
    return !states.isEmpty() && states.get(states.size() - 1).equals(expected);
  }
}
