package io.leat.hadoop.process;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A client that makes a file, writes to it, flushes and closes it, again and again, in a thread of
 * its own: how long is it without an answer?
 */
final class SteadyCalls {

  private static final long AWAIT_SECONDS = 60;
  private static final int BYTES = 64;

  /** Each file is deleted when so many later ones have been made. */
  private static final int FILES = 50;

  private final FileSystem fs;
  private final Path home;
  private final Thread thread = new Thread(this::work, "steady calls");

  // Guarded by this.
  private long made;
  private long madeNanos;

  /** Longest time between the ends of two calls since the last {@link #event}. */
  private long pauseNanos;

  private boolean ending;
  private Exception failure;

  SteadyCalls(FileSystem fs, String home) throws IOException {
    this.fs = fs;
    this.home = new Path(home);
    this.madeNanos = System.nanoTime();
    fs.mkdirs(this.home);
    thread.start();
  }

  private void work() {
    try {
      for (long i = 0; !isEnding(); i++) {
        write(i);
        done();
      }
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void write(long i) throws IOException {
    try (FSDataOutputStream out = fs.create(file(i), false)) {
      out.write(content(i));
      out.hflush();
    }
    if (i >= FILES && !fs.delete(file(i - FILES), false)) {
      throw new IOException(file(i - FILES) + " was not there");
    }
  }

  private Path file(long i) {
    return new Path(home, "f" + i);
  }

  private static byte[] content(long i) {
    byte[] content = new byte[BYTES];
    for (int at = 0; at < BYTES; at++) {
      content[at] = SteadyWriterMain.byteAt(i, at);
    }
    return content;
  }

  private synchronized boolean isEnding() {
    return ending;
  }

  private synchronized void done() {
    long now = System.nanoTime();
    pauseNanos = Math.max(pauseNanos, now - madeNanos);
    madeNanos = now;
    made++;
    notifyAll();
  }

  private synchronized void failed(Exception e) {
    failure = e;
    notifyAll();
  }

  /** Something happens now. */
  synchronized void event() {
    pauseNanos = 0;
  }

  /**
   * Waits until a call has ended that has not ended yet.
   *
   * @return the longest time without an answer since the last {@link #event}, milliseconds
   */
  synchronized long awaitNextCall() throws Exception {
    long before = made;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
    while (made == before && failure == null) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("no call has ended");
      }
      wait(left);
    }
    requireSound();
    return TimeUnit.NANOSECONDS.toMillis(pauseNanos);
  }

  private void requireSound() throws Exception {
    if (failure != null) {
      throw failure;
    }
  }

  /** Compares what is there with what was acknowledged; how many files were made. */
  long finish() throws Exception {
    synchronized (this) {
      ending = true;
    }
    thread.join();
    requireSound();
    for (long i = Math.max(0, made - FILES); i < made; i++) {
      byte[] found = new byte[BYTES];
      try (FSDataInputStream in = fs.open(file(i))) {
        in.readFully(found);
      }
      if (!Arrays.equals(found, content(i))) {
        throw new AssertionError(file(i) + " is not as it was written");
      }
    }
    if (fs.listStatus(home).length != Math.min(made, FILES)) {
      throw new AssertionError("there are other files than those written");
    }
    return made;
  }
}
