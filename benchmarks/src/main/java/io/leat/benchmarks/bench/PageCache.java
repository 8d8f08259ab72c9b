package io.leat.benchmarks.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The operating system's page cache. */
final class PageCache {
  private static final long MINUTES_MAX = 5;

  private PageCache() {}

  /** Writes what is dirty to the disks; it stays cached. */
  static void writeBack() throws IOException, InterruptedException {
    Process sync = new ProcessBuilder("sync").inheritIO().start();
    if (!sync.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
      sync.destroyForcibly();
      throw new IOException("'sync' has not ended after " + MINUTES_MAX + " min");
    }
    if (sync.exitValue() != 0) {
      throw new IOException("'sync' failed with code " + sync.exitValue());
    }
  }
}
