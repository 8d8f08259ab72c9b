package io.leat.coordination;

/**
 * Hears how a watched state is, first soon after the subscription and then after each change.
 * Changes that follow each other quickly may be reported as one; the last state is always reported,
 * after an interruption as soon as the session is connected again.
 *
 * @param <T> the state; an immutable value
 */
public interface ChangeListener<T> {

  /** The state is now {@code state}; differs from what was reported before. */
  void changed(T state);

  /**
   * The state could not be read, though the name service answered: its content is damaged or was
   * written by a version that is too new. The next change brings a new attempt.
   */
  void failed(CoordinationException failure);
}
