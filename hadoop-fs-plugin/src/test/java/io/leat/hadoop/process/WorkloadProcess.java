package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.hadoop.process.TimedCalls.LongCall;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link WorkloadMain} in a process of its own. */
final class WorkloadProcess implements Closeable {

  private final String home;
  private final long seed;
  private final Process process;
  private final BufferedReader output;

  /** What a client has done, all of it as it was acknowledged. */
  record Result(long operations, List<LongCall> longCalls) {}

  /** Starts it; {@link #awaitReady} has to follow. */
  WorkloadProcess(List<String> addresses, String home, long seed) throws IOException {
    this(addresses, home, seed, System.getProperty("java.class.path"));
  }

  /** As the other, of other classes than those of this process. */
  WorkloadProcess(List<String> addresses, String home, long seed, String classPath)
      throws IOException {
    this.home = home;
    this.seed = seed;
    process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-cp",
                classPath,
                WorkloadMain.class.getName(),
                String.join(",", addresses),
                home,
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Waits until it works. */
  void awaitReady() throws IOException {
    assertEquals("READY", output.readLine());
  }

  /** Lets it compare what it finds with what was acknowledged. */
  Result finish() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    String[] result = String.valueOf(output.readLine()).split(" ", 3);
    assertEquals("DONE", result[0], "the client of " + home + " failed, see above; seed " + seed);
    return new Result(Long.parseLong(result[1]), TimedCalls.parse(result[2]));
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
