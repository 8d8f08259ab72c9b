package io.leat.coordination;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Turns signals that something may have changed into reports of how it is now. Signals carry no
 * state, so a lost order or a doubled signal does no harm, and any number of them that come before
 * the read cost one read: at most one delivery waits in the executor.
 *
 * <p>{@link #signal()} and {@link #close()} may be called by any thread. The executor must run its
 * tasks one at a time; the listener is called there.
 *
 * @param <T> the state; an immutable value with {@code equals}
 */
public final class ChangeFeed<T> implements Subscription {

  /**
   * Reads the state.
   *
   * @param <T> the state
   */
  @FunctionalInterface
  public interface Source<T> {
    /** The state as it is now. */
    T read() throws CoordinationException;
  }

  private final Source<T> source;
  private final ChangeListener<? super T> listener;
  private final Executor executor;
  private final AtomicBoolean pending = new AtomicBoolean();
  private volatile boolean closed;

  /** What was reported last; touched by the executor's tasks only. */
  private T reported;

  /** A feed that reports nothing before the first {@link #signal()}. */
  public ChangeFeed(Source<T> source, ChangeListener<? super T> listener, Executor executor) {
    this.source = Objects.requireNonNull(source, "source");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /** Something may have changed: read and report soon. */
  public void signal() {
    if (!closed && pending.compareAndSet(false, true)) {
      executor.execute(this::deliver);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void deliver() {
    pending.set(false);
    if (closed) {
      return;
    }
    try {
      report(source.read());
    } catch (CoordinationUnavailableException e) {
      // The owner of this feed signals again when the session is back; the connection's listeners
      // are who hears of the gap.
      return;
    } catch (CoordinationException e) {
      reported = null;
      listener.failed(e);
    }
  }

  private void report(T state) {
    if (!state.equals(reported)) {
      reported = state;
      listener.changed(state);
    }
  }
}
