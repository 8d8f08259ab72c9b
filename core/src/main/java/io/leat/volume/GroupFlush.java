package io.leat.volume;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs flushes one after the other and lets those who wait share the next one.
 *
 * <p>A failed flush stays failed: the kernel reports a lost page once and then calls it clean, so a
 * later flush that succeeds says nothing about what was written before.
 */
final class GroupFlush {

  /** Makes durable what was written before the call. */
  @FunctionalInterface
  interface Flush {
    void run() throws IOException;
  }

  private final String place;
  private final Flush flush;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile long started;
  private long completed;
  private IOException failure;

  GroupFlush(String place, Flush flush) {
    this.place = place;
    this.flush = flush;
  }

  /** Returns after a flush that began after this call did. */
  void run() throws IOException {
    long startedBefore = started;
    lock.lock();
    try {
      if (failure != null) {
        throw new IOException(
            place + ": an earlier flush failed, so writes may be lost; open it again", failure);
      }
      if (completed <= startedBefore) {
        runLocked();
      }
    } finally {
      lock.unlock();
    }
  }

  private void runLocked() throws IOException {
    long number = started + 1;
    started = number;
    try {
      flush.run();
      completed = number;
    } catch (IOException e) {
      failure = e;
      throw new IOException("cannot flush " + place + ": " + e.getMessage(), e);
    }
  }
}
