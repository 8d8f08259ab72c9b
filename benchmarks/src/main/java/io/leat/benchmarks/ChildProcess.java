package io.leat.benchmarks;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child that is told what to do on its standard input, answers in {@link JobLine}s, and ends when
 * its input does. One thread talks to it; any thread may close it.
 */
public final class ChildProcess implements Closeable {
  private static final Duration END_BOUND = Duration.ofSeconds(5);
  private static final int UNREAD_MAX = 1_024;

  private final Process process;
  private final String name;
  private final Path log;
  private final Writer input;
  private final BlockingQueue<Optional<JobLine>> lines = new ArrayBlockingQueue<>(UNREAD_MAX);

  private ChildProcess(Process process, String name, Path log) {
    this.process = process;
    this.name = name;
    this.log = log;
    input = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts it.
   *
   * @param name for messages
   * @param log where its standard error goes
   */
  public static ChildProcess start(ProcessBuilder builder, String name, Path log)
      throws IOException {
    Process process = builder.redirectError(log.toFile()).start();
    ChildProcess child = new ChildProcess(process, name, log);
    Thread reader = new Thread(child::read, "output of " + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  /** Passes its lines on, and at their end an empty one. Others are Hadoop's chatter. */
  private void read() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Optional<JobLine> parsed = JobLine.parse(line);
        if (parsed.isPresent()) {
          lines.put(parsed);
        }
      }
      lines.put(Optional.empty());
    } catch (IOException | RuntimeException e) {
      // Who waits for a line must not wait for longer than it takes to tell.
      lines.clear();
      var unused = lines.offer(Optional.of(new JobLine.Failed(e.toString())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells it something, one line. */
  public void send(String line) throws IOException {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new IOException(name + " has ended; see " + log, e);
    }
  }

  /**
   * Its next line.
   *
   * @throws IOException when it has failed or ended or says nothing for longer than {@code bound}
   */
  public JobLine next(Duration bound) throws IOException, InterruptedException {
    Optional<JobLine> line = lines.poll(bound.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new IOException(
          "%s has said nothing for %d s; see %s".formatted(name, bound.toSeconds(), log));
    }
    if (line.isEmpty()) {
      throw new IOException(name + " has ended; see " + log);
    }
    if (line.get() instanceof JobLine.Failed failed) {
      throw new IOException("%s failed: %s; see %s".formatted(name, failed.reason(), log));
    }
    return line.get();
  }

  /** Ends it without a goodbye, and waits until it has ended. */
  public void kill() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }

  /** Ends it: in order, or by force when that takes too long. */
  @Override
  public void close() throws IOException {
    try {
      endInput();
      if (!process.waitFor(END_BOUND.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void endInput() {
    try {
      input.close();
    } catch (IOException e) {
      // Its end of the pipe is gone already: it ends, or has.
      process.destroy();
    }
  }
}
