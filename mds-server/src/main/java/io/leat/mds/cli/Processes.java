package io.leat.mds.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Watches processes that need not be children of this one. */
final class Processes {
  private static final long POLL_MILLIS = 50;

  private Processes() {}

  /**
   * Waits until a process has ended.
   *
   * @return false when it still runs after {@code bound}
   */
  static boolean awaitEnd(ProcessHandle process, Duration bound) throws InterruptedException {
    long deadline = System.nanoTime() + bound.toNanos();
    while (runs(process)) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** Whether it runs; one that has ended and waits for its parent to notice does not. */
  static boolean runs(ProcessHandle process) {
    return process.isAlive() && !isZombie(process.pid());
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The state follows the command's name, which stands in parentheses and may hold any letter.
      return stat.startsWith(") Z", stat.lastIndexOf(')'));
    } catch (IOException e) {
      // Not Linux, or gone in between: what the process handle says holds.
      return false;
    }
  }
}
