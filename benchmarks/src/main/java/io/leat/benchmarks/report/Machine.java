package io.leat.benchmarks.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.VersionInfo;

/**
 * On what it was measured.
 *
 * @param commit of Leat's source, or {@code unknown}; with {@code -changed} when files differ
 * @param leat version
 * @param hadoop version
 */
public record Machine(
    String commit,
    int cpus,
    double memoryGib,
    String java,
    String leat,
    String hadoop,
    String kernel) {
  private static final double GIB = 1L << 30;
  private static final long GIT_SECONDS_MAX = 10;
  private static final String UNKNOWN = "unknown";

  /**
   * This one.
   *
   * @param home directory of Leat's source
   * @param leat its version
   */
  public static Machine here(Path home, String leat) throws InterruptedException {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double gib = system.getTotalMemorySize() / GIB;
    return new Machine(
        commit(home),
        system.getAvailableProcessors(),
        Math.round(gib * 10) / 10.0,
        Runtime.version().toString(),
        leat,
        VersionInfo.getVersion(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  private static String commit(Path home) throws InterruptedException {
    String head = git(home, "rev-parse", "--short=12", "HEAD");
    if (head.isEmpty()) {
      return UNKNOWN;
    }
    return git(home, "status", "--porcelain", "--untracked-files=no").isEmpty()
        ? head
        : head + "-changed";
  }

  /** What git says; nothing where there is no git, or no repository. */
  private static String git(Path home, String... arguments) throws InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean ended = process.waitFor(GIT_SECONDS_MAX, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? answer : "";
    } catch (IOException e) {
      return "";
    }
  }
}
