package io.leat.coordination;

/** A registered listener. */
public interface Subscription extends AutoCloseable {

  /**
   * Ends the calls. A call that is under way on another thread may still finish. Closing twice is
   * harmless.
   */
  @Override
  void close();
}
