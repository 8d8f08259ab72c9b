package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
 * <p>A call that lost the channel {@link #SHARED_ATTEMPTS_MAX} times runs on a channel of its own
 * in a thread of its own, which nobody interrupts; so no storm of interrupts can starve it.
 *
 * <p>Closing any descriptor of a file gives up the process's POSIX locks on it: do not hold file
 * locks on a file that is open here.
 */
final class ReopeningChannel implements Closeable {

  /** Attempts on the shared channel, before a call gets a channel and a thread of its own. */
  static final int SHARED_ATTEMPTS_MAX = 8;

  /** I/O on a channel; may run several times. */
  @FunctionalInterface
  interface Io {
    long on(FileChannel channel) throws IOException;
  }

  /** A positional call with a buffer; may run several times, each time from the same position. */
  @FunctionalInterface
  interface Transfer {
    int on(FileChannel channel, ByteBuffer buffer, long offset) throws IOException;
  }

  private record Outcome(long result, IOException failure) {}

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
   * Opens the same file once more.
   *
   * @throws NoSuchFileException when another file has taken its place
   */
  ReopeningChannel another(Set<OpenOption> otherOptions) throws IOException {
    ReopeningChannel another = new ReopeningChannel(path, otherOptions);
    try {
      requireSame(another.fileKey);
      return another;
    } catch (IOException e) {
      another.close();
      throw e;
    }
  }

  /** Runs {@code io}, again if the channel was closed under it. Interrupts do not make it fail. */
  long run(Io io) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      for (int attempt = 1; attempt <= SHARED_ATTEMPTS_MAX; attempt++) {
        try {
          return io.on(shared());
        } catch (ClosedChannelException e) {
          // This thread or another one was interrupted; the flag is set only in the first case.
          interrupted |= Thread.interrupted();
        }
      }
      return runOnOwnThread(io);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Runs {@code transfer} as {@link #run} does, from the buffer's position each time. Allocates
   * nothing unless the channel was closed under it, so it is for the calls that come often.
   *
   * @param transfer best one that captures nothing
   * @return what it returns, at the buffer's position then
   */
  int run(Transfer transfer, ByteBuffer buffer, long offset) throws IOException {
    int position = buffer.position();
    boolean interrupted = Thread.interrupted();
    try {
      return transfer.on(shared(), buffer, offset);
    } catch (ClosedChannelException e) {
      interrupted |= Thread.interrupted();
      // A call that was interrupted after its work has moved the position: set it for each attempt.
      return (int) run(c -> transfer.on(c, buffer.position(position), offset));
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

  private long runOnOwnThread(Io io) throws IOException {
    // completeAsync in the new thread, because it passes on runtime exceptions too.
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> done.completeAsync(() -> runOnOwnChannel(io), Runnable::run), "io " + path);
    thread.setDaemon(true);
    thread.start();
    Outcome outcome = done.join(); // not cut short by interrupts, and keeps the flag
    if (outcome.failure() != null) {
      throw new IOException(outcome.failure().getMessage(), outcome.failure());
    }
    return outcome.result();
  }

  private Outcome runOnOwnChannel(Io io) {
    try {
      checkOpen();
      try (FileChannel own = openSameFile()) {
        return new Outcome(io.on(own), null);
      }
    } catch (IOException e) {
      return new Outcome(0, e);
    }
  }

  private FileChannel openSameFile() throws IOException {
    FileChannel again = FileChannel.open(path, options);
    try {
      requireSame(fileKey(path));
      return again;
    } catch (IOException e) {
      again.close();
      throw e;
    }
  }

  private void requireSame(Object otherKey) throws NoSuchFileException {
    if (!Objects.equals(fileKey, otherKey)) {
      throw new NoSuchFileException(
          path.toString(), null, "another file took its place while it was open");
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
