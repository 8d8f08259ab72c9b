package io.leat.hadoop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A number of reads that a caller does, and whoever helps: each is done once, by one of them.
 *
 * <p>{@link #add} and {@link #finish} are the caller's, {@link #help} is for any other thread, at
 * any time. A helper takes only what has been added and goes when nothing is left to take, so the
 * caller waits for nobody who has not begun a read.
 */
final class SharedReads {

  /** How long the caller looks for the end of another's last read before it sleeps. */
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private final Runnable[] reads;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final CompletableFuture<Void> allEnded = new CompletableFuture<>();

  /** Reads before this index can be taken. Written by the caller alone. */
  private volatile int added;

  /** Nothing will be added any more. */
  private volatile boolean complete;

  /**
   * @param most reads that can be added
   */
  SharedReads(int most) {
    reads = new Runnable[most];
  }

  /** Adds a read, which throws nothing. */
  void add(Runnable read) {
    int index = added;
    reads[index] = read;
    added = index + 1;
  }

  /** Does reads as long as there are any to take. */
  void help() {
    for (int index = take(); index >= 0; index = take()) {
      reads[index].run();
      int count = ended.incrementAndGet();
      if (complete && count == added) {
        allEnded.complete(null);
      }
    }
  }

  private int take() {
    for (int index = taken.get(); index < added; index = taken.get()) {
      if (taken.compareAndSet(index, index + 1)) {
        return index;
      }
    }
    return -1;
  }

  /** Does what nobody has taken, and waits for the rest; interrupts do not cut that short. */
  void finish() {
    complete = true;
    help();
    long since = System.nanoTime();
    while (ended.get() < added) {
      if (System.nanoTime() - since >= LOOK_NANOS) {
        allEnded.join();
      }
      Thread.onSpinWait();
    }
  }
}
