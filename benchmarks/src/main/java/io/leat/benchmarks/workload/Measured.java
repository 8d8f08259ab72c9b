package io.leat.benchmarks.workload;

import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.measure.Happening;
import java.io.IOException;
import java.util.function.Consumer;

/** Takes what a run finds out. Used by one thread. */
final class Measured {
  private final Consumer<JobLine> out;
  private final Command command;

  /** Does what only the command can. */
  @FunctionalInterface
  interface Command {
    void await(JobLine.Wanted wanted) throws IOException;
  }

  Measured(Consumer<JobLine> out, Command command) {
    this.out = out;
    this.command = command;
  }

  /** Lets something happen to the servers; returns when it has. */
  void let(Happening happening) throws IOException {
    command.await(new JobLine.Wanted(happening.name()));
  }

  /**
   * A metric's value.
   *
   * @param value above 0
   */
  void value(String metric, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalStateException(metric + " came out as " + value);
    }
    out.accept(new JobLine.Value(metric, value));
  }

  /** What is to be known beside the value. */
  void note(String metric, String text) {
    out.accept(new JobLine.Note(metric, text));
  }

  /** The file system does not have this. */
  void unsupported(String metric, String reason) {
    out.accept(new JobLine.Unsupported(metric, reason));
  }
}
