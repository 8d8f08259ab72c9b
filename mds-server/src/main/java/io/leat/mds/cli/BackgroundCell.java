package io.leat.mds.cli;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A cell as a process of its own that outlives the command which started it. */
public final class BackgroundCell {

  /** How long a start may take. */
  static final Duration START_BOUND = Duration.ofSeconds(90);

  /** How long a stop in order may take. */
  static final Duration STOP_BOUND = Duration.ofSeconds(30);

  /** How long the operating system may take to end a process by force. */
  static final Duration KILL_BOUND = Duration.ofSeconds(10);

  /** Environment variable with more options for the server's JVM. */
  static final String JVM_OPTIONS = "LEAT_SERVER_OPTS";

  /** Of every server's process. */
  public static final List<String> JVM_FLAGS =
      List.of(
          "-Xms64m",
          "-Xmx1g",
          "--add-opens",
          "java.base/java.nio=ALL-UNNAMED",
          "--add-opens",
          "java.base/sun.nio.ch=ALL-UNNAMED",
          "-Dlog4j.configuration=leat-server-log4j.properties");

  private static final long POLL_MILLIS = 100;

  /** How a stop went. */
  public enum Stopped {
    /** There was nothing to stop. */
    NOT_RUNNING,
    /** The process ended in order. */
    IN_ORDER,
    /** It did not answer in time and was killed. */
    BY_FORCE
  }

  private final CellLayout layout;
  private final List<String> jvmOptions;

  public BackgroundCell(CellLayout layout) {
    this(layout, List.of());
  }

  /**
   * A cell whose JVM gets further options.
   *
   * @param jvmOptions in front of those of {@code LEAT_SERVER_OPTS}
   */
  public BackgroundCell(CellLayout layout, List<String> jvmOptions) {
    this.layout = layout;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** What the running process says about itself; empty when none runs. */
  public Optional<RunFile> running() throws IOException {
    return RunFile.read(layout).filter(run -> run.process().filter(Processes::runs).isPresent());
  }

  /**
   * Starts the cell, if it does not run, and waits until it serves.
   *
   * @param settings {@code leat.*} keys that win over the cell's {@code leat-site.xml}
   * @throws IOException when it does not serve in time; with the reason that the process gave
   */
  public RunFile start(Map<String, String> settings) throws IOException, InterruptedException {
    Optional<RunFile> before = running();
    if (before.isPresent()) {
      return before.get();
    }
    layout.create();
    RunFile.delete(layout);
    Files.createDirectories(layout.logs());
    return awaitServing(spawn(settings));
  }

  private Process spawn(Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>(ownSession());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.addAll(jvmOptions);
    command.addAll(moreJvmOptions());
    command.add("-Dleat.log.dir=" + layout.logs());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Leat.class.getName()));
    command.addAll(List.of("cell", "run", "--data", layout.root().toString()));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    return new ProcessBuilder(command)
        .directory(layout.root().toFile())
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(layout.processOutput().toFile())
        .start();
  }

  /** Out of the terminal's process group, so that Ctrl-C and a closed terminal do not reach it. */
  private static List<String> ownSession() {
    Path setsid = Path.of("/usr/bin/setsid");
    return Files.isExecutable(setsid) ? List.of(setsid.toString()) : List.of();
  }

  private static List<String> moreJvmOptions() {
    String more = System.getenv(JVM_OPTIONS);
    return more == null || more.isBlank() ? List.of() : List.of(more.trim().split("\\s+"));
  }

  private RunFile awaitServing(Process process) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_BOUND.toNanos();
    do {
      Optional<RunFile> run = RunFile.read(layout);
      if (run.isPresent()) {
        return run.get();
      }
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException(reason());
      }
    } while (System.nanoTime() - deadline < 0);
    process.destroyForcibly();
    throw new IOException(
        "the cell in %s does not serve after %d s and was killed; see %s"
            .formatted(layout.root(), START_BOUND.toSeconds(), layout.serverLog()));
  }

  /** The last line that the process wrote about its failure. */
  private String reason() {
    try {
      return Files.readAllLines(layout.processOutput()).stream()
          .filter(line -> line.startsWith(OneLineErrors.PREFIX))
          .reduce((first, second) -> second)
          .map(line -> line.substring(OneLineErrors.PREFIX.length()))
          .orElse(unexplained());
    } catch (IOException e) {
      return unexplained() + " (" + e + ")";
    }
  }

  private String unexplained() {
    return "the process of the cell in %s has ended; see %s and %s"
        .formatted(layout.root(), layout.processOutput(), layout.serverLog());
  }

  /** Stops the cell: in order, or by force when that takes too long. Nothing is left running. */
  public Stopped stop() throws IOException, InterruptedException {
    Optional<ProcessHandle> process = running().flatMap(RunFile::process);
    if (process.isEmpty()) {
      RunFile.delete(layout);
      return Stopped.NOT_RUNNING;
    }
    process.get().destroy();
    boolean inOrder = Processes.awaitEnd(process.get(), STOP_BOUND);
    if (!inOrder) {
      kill(process.get());
    }
    RunFile.delete(layout);
    return inOrder ? Stopped.IN_ORDER : Stopped.BY_FORCE;
  }

  private void kill(ProcessHandle process) throws IOException, InterruptedException {
    process.destroyForcibly();
    if (!Processes.awaitEnd(process, KILL_BOUND)) {
      throw new IOException(
          "process %d of the cell in %s does not end, not even by SIGKILL"
              .formatted(process.pid(), layout.root()));
    }
  }
}
