package io.leat.mds.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a server run until the process is told to end (SIGTERM, SIGINT), then closes it. */
final class Lifetime {
  private static final Logger LOG = LoggerFactory.getLogger(Lifetime.class);

  private Lifetime() {}

  /** Does not return before the process ends. */
  static void untilTerminated(Closeable server) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "leat-shutdown"));
    new CountDownLatch(1).await();
  }

  private static void close(Closeable server) {
    try {
      LOG.info("stopping");
      server.close();
      LOG.info("stopped");
    } catch (IOException | RuntimeException e) {
      // The process ends either way; who looks for the reason finds it in the log.
      LOG.error("did not stop in order", e);
    }
  }
}
