package io.leat.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/leat} as a user does. */
final class LeatScript {
  /** Surefire runs in the module's directory. */
  static final Path SCRIPT = Path.of("..", "bin", "leat").toAbsolutePath().normalize();

  private static final long MINUTES_MAX = 5;

  private final Path workingDirectory;

  LeatScript(Path workingDirectory) {
    this.workingDirectory = workingDirectory;
  }

  /** What a call ended with; standard error is part of the output. */
  record Result(int code, String output) {}

  Result run(Path script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(workingDirectory, "leat", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(command + " has not ended; " + Files.readString(output));
    }
    return new Result(process.exitValue(), Files.readString(output));
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    return run(SCRIPT, Map.of(), arguments);
  }
}
