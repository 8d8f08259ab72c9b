package io.leat.client.engine;

import java.util.function.Consumer;

/**
 * Lets the writes of one stream through to the volume until the stream may write no more, and tells
 * when the last of them is over. Any thread; one write at a time.
 */
public final class WriteGate {

  private final long session;
  private final long stream;
  private final long file;
  private boolean inside;
  private boolean failed;
  private boolean handedIn;
  private Consumer<WriteGate> drained;

  WriteGate(long session, long stream, long file) {
    this.session = session;
    this.stream = stream;
    this.file = file;
  }

  /** The session that granted the stream. */
  long session() {
    return session;
  }

  long stream() {
    return stream;
  }

  long file() {
    return file;
  }

  /**
   * The stream is over for its user, by a close or without one, and its handle of the file goes.
   *
   * @return true the first time
   */
  synchronized boolean handIn() {
    boolean first = !handedIn;
    handedIn = true;
    return first;
  }

  synchronized boolean isOpen() {
    return drained == null;
  }

  /**
   * Before a write.
   *
   * @return false when the stream may not write any more; else {@link #leave} has to follow
   */
  synchronized boolean enter() {
    inside = isOpen();
    return inside;
  }

  /**
   * After a write.
   *
   * @param done false when the write has failed, and may still be on its way
   */
  void leave(boolean done) {
    Consumer<WriteGate> then;
    synchronized (this) {
      inside = false;
      failed |= !done;
      then = drained;
    }
    if (then != null) {
      then.accept(this);
    }
  }

  /** Whether a write has failed that may land later. */
  synchronized boolean hasFailed() {
    return failed;
  }

  /**
   * Lets nothing more through.
   *
   * @param then called once, by the thread that leaves last, if there is one inside now
   * @return true when nobody is inside
   */
  synchronized boolean close(Consumer<WriteGate> then) {
    drained = then;
    return !inside;
  }
}
