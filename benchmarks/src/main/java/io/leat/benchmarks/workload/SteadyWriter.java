package io.leat.benchmarks.workload;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Makes a file that must not be there, writes to it, flushes and renames it, again and again, in a
 * thread of its own. A create or rename that a retry carries out twice fails, and is not forgiven.
 */
final class SteadyWriter {

  private static final int BYTES = 512;

  private final FileSystem fileSystem;
  private final Path directory;
  private final Thread thread = new Thread(this::work, "steady writer");

  // Guarded by this.
  private long done;
  private long begun;
  private long lastNanos;
  private long pauseNanos;
  private boolean stopping;
  private Exception failure;

  SteadyWriter(FileSystem fileSystem, Path directory) throws IOException {
    this.fileSystem = fileSystem;
    this.directory = directory;
    fileSystem.mkdirs(directory);
  }

  void start() {
    lastNanos = System.nanoTime();
    thread.start();
  }

  private void work() {
    try {
      for (long file = 0; begin(file); file++) {
        try (FSDataOutputStream out = fileSystem.create(fresh(file), false)) {
          answered();
          out.write(content(file));
          out.hflush();
          answered();
        }
        answered();
        if (!fileSystem.rename(fresh(file), made(file))) {
          throw new IOException("the rename of " + fresh(file) + " was refused");
        }
        answered();
        end();
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private Path fresh(long file) {
    return new Path(directory, "new-" + file);
  }

  private Path made(long file) {
    return new Path(directory, "file-" + file);
  }

  private static byte[] content(long file) {
    byte[] content = new byte[BYTES];
    Arrays.fill(content, (byte) (file * 31 + 7));
    return content;
  }

  private synchronized boolean begin(long file) {
    begun = file + 1;
    return !stopping;
  }

  private synchronized void answered() {
    long now = System.nanoTime();
    pauseNanos = Math.max(pauseNanos, now - lastNanos);
    lastNanos = now;
  }

  private synchronized void end() {
    done++;
    notifyAll();
  }

  private synchronized void fail(Exception e) {
    failure = e;
    notifyAll();
  }

  /** Only what it waits for from now on counts. */
  synchronized void forgetPause() {
    pauseNanos = 0;
  }

  /** The longest time between two answers. */
  synchronized long pauseNanos() {
    return pauseNanos;
  }

  /** Waits until so many files are there that have not been begun yet. */
  synchronized void awaitFiles(int files, Duration bound) throws Exception {
    long wanted = begun + files;
    long deadline = System.nanoTime() + bound.toNanos();
    while (done < wanted && failure == null) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new IOException(
            "no answer in %d s, after %d files".formatted(bound.toSeconds(), done));
      }
      wait(millis);
    }
    if (failure != null) {
      throw new IOException("after %d files: %s".formatted(done, failure), failure);
    }
  }

  /** Ends it after the file that it is at. */
  void stop() throws InterruptedException {
    synchronized (this) {
      stopping = true;
    }
    thread.join();
  }

  /**
   * Compares what is there with what was acknowledged, after {@link #stop}.
   *
   * @return how many files there are
   */
  long verify() throws IOException {
    Set<Path> expected = new HashSet<>();
    for (long file = 0; file < done; file++) {
      expected.add(fileSystem.makeQualified(made(file)));
      verify(file);
    }
    for (FileStatus status : fileSystem.listStatus(directory)) {
      if (!expected.remove(status.getPath())) {
        throw new IOException(status.getPath() + " is there, and was never made");
      }
    }
    if (!expected.isEmpty()) {
      throw new FileNotFoundException("acknowledged and not listed: " + expected);
    }
    return done;
  }

  private void verify(long file) throws IOException {
    byte[] found = new byte[BYTES];
    try (FSDataInputStream in = fileSystem.open(made(file))) {
      in.readFully(found);
      if (in.read() >= 0 || !Arrays.equals(found, content(file))) {
        throw new IOException(made(file) + " is not as it was written");
      }
    }
  }
}
