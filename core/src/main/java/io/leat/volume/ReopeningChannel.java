package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file channel that survives {@link Thread#interrupt()}.
 *
 * <p>Java closes a channel when a thread inside one of its calls is interrupted, and with it the
 * I/O of all other threads. Here each call runs with the thread's interrupt flag put aside. If an
 * interrupt arrives during the call nevertheless, whoever comes next opens the channel again, every
 * thread whose call was cut off repeats it, and the flag is set when the call ends. So I/O given to
 * {@link #run} must be safe to repeat, even when it has already been done.
 *
 * <p>A thread that keeps losing the shared channel to other threads' interrupts goes on with a
 * channel of its own, which only interrupts to itself can close; so a storm elsewhere cannot starve
 * it.
 *
 * <p>Closing any descriptor of a file gives up the process's POSIX locks on it: do not hold file
 * locks on a file that is open here.
 */
final class ReopeningChannel implements Closeable {

  /** Attempts on the shared channel, before a call gets one of its own. */
  static final int SHARED_ATTEMPTS_MAX = 8;

  /** Attempts of one call altogether. */
  static final int ATTEMPTS_MAX = 1_000;

  /** I/O on a channel; may run several times. */
  @FunctionalInterface
  interface Io {
    long on(FileChannel channel) throws IOException;
  }

  private final Path path;
  private final Set<OpenOption> options;
  private final Object fileKey;
  private final AtomicBoolean reopened = new AtomicBoolean();
  private volatile FileChannel channel;
  private volatile boolean closed;

  ReopeningChannel(Path path, Set<OpenOption> options) throws IOException {
    this.path = path;
    this.options = Set.copyOf(options);
    this.channel = FileChannel.open(path, this.options);
    try {
      this.fileKey = fileKey(path);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Runs {@code io}, again if the channel was closed under it.
   *
   * @throws InterruptedIOException when the channel was closed {@link #ATTEMPTS_MAX} times in a row
   */
  long run(Io io) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
        try {
          return attempt <= SHARED_ATTEMPTS_MAX ? io.on(shared()) : runOnOwnChannel(io);
        } catch (ClosedChannelException e) {
          // This thread or another one was interrupted; the flag is set only in the first case.
          interrupted |= Thread.interrupted();
        }
      }
      throw new InterruptedIOException(
          path + " was closed by interrupts " + ATTEMPTS_MAX + " times during one call");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Runs {@code io} once.
   *
   * @return false when the channel was closed under it; whether it was done is then unknown
   */
  boolean tryOnce(Io io) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      io.on(shared());
      return true;
    } catch (ClosedChannelException e) {
      interrupted |= Thread.interrupted();
      return false;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the channel was opened again since this was last asked. */
  boolean takeReopened() {
    return reopened.getAndSet(false);
  }

  /**
   * @throws IOException when this was closed by {@link #close()}
   */
  void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(path + " was closed");
    }
  }

  private FileChannel shared() throws IOException {
    FileChannel current = channel;
    return current.isOpen() ? current : reopen();
  }

  private synchronized FileChannel reopen() throws IOException {
    checkOpen();
    if (!channel.isOpen()) {
      channel = openSameFile();
      reopened.set(true);
    }
    return channel;
  }

  private long runOnOwnChannel(Io io) throws IOException {
    checkOpen();
    try (FileChannel own = openSameFile()) {
      return io.on(own);
    }
  }

  private FileChannel openSameFile() throws IOException {
    FileChannel again = FileChannel.open(path, options);
    try {
      if (!Objects.equals(fileKey, fileKey(path))) {
        throw new NoSuchFileException(
            path.toString(), null, "another file took its place while it was open");
      }
      return again;
    } catch (IOException e) {
      again.close();
      throw e;
    }
  }

  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
