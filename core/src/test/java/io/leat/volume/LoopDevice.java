package io.leat.volume;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A loop device over a file, for tests; needs root and {@code losetup}. */
public final class LoopDevice implements Closeable {

  private static final int WAIT_SECONDS = 20;

  private final Path path;

  private LoopDevice(Path path) {
    this.path = path;
  }

  /** Empty, with a loud reason, where the machine does not let us have one. */
  public static Optional<LoopDevice> attach(Path file) throws IOException {
    try {
      String name = run(List.of("losetup", "--find", "--show", file.toString()));
      return Optional.of(new LoopDevice(Path.of(name)));
    } catch (IOException e) {
      System.err.println("NO LOOP DEVICE, tests on a real block device do not run: " + e);
      return Optional.empty();
    }
  }

  /** Of the block device. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    run(List.of("losetup", "--detach", path.toString()));
  }

  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).trim();
      if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(command + " failed: " + output);
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + " was interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
