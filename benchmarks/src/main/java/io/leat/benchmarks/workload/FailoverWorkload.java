package io.leat.benchmarks.workload;

import io.leat.benchmarks.measure.Happening;
import java.time.Duration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A connected client makes files, writes and flushes, one after the other; then something happens
 * to the server. How long is the client without an answer? Afterwards everything is as it was
 * acknowledged, and was done once.
 */
final class FailoverWorkload implements Workload {

  /** Before the event, so that it meets a client in full swing; and after it. */
  private static final int FILES = 100;

  /** HDFS's client alone tries for longer than a minute. */
  private static final Duration BOUND = Duration.ofMinutes(4);

  private static final double NANOS_PER_SECOND = 1e9;

  private final Happening happening;
  private int run;

  FailoverWorkload(Happening happening) {
    this.happening = happening;
  }

  @Override
  public void prepare(Client client) {
    // Nothing: each run writes new files.
  }

  @Override
  public void run(Client client, Measured measured) throws Exception {
    String directory = "failover-" + happening + "-" + run++;
    try (FileSystem fileSystem = client.fresh()) {
      SteadyWriter writer = new SteadyWriter(fileSystem, client.path(directory));
      writer.start();
      try {
        writer.awaitFiles(FILES, BOUND);
        writer.forgetPause();
        measured.let(happening);
        writer.awaitFiles(FILES, BOUND);
      } finally {
        writer.stop();
      }
      long files = writer.verify();
      measured.value(happening.metric(), writer.pauseNanos() / NANOS_PER_SECOND);
      measured.note(
          happening.metric(), "%d files, each as acknowledged and made once".formatted(files));
    }
  }
}
