package io.leat.benchmarks;

import java.util.Optional;

/**
 * What the jobs' JVM tells the command, a line on its standard output each. Other lines there are
 * Hadoop's and go to the log.
 */
sealed interface JobLine {
  String MARK = "@leat ";

  /** Something begins. */
  record Progress(String text) implements JobLine {
    @Override
    public String format() {
      return MARK + "progress " + text;
    }
  }

  /**
   * A step is done.
   *
   * @param rows 0 where it has none
   */
  record Step(String name, long rows, long bytes, long millis) implements JobLine {
    @Override
    public String format() {
      return MARK + "step " + name + " " + rows + " " + bytes + " " + millis;
    }
  }

  /** All is done; so many bytes went through the file system. */
  record Moved(long bytes) implements JobLine {
    @Override
    public String format() {
      return MARK + "moved " + bytes;
    }
  }

  /** A step failed. */
  record Failed(String reason) implements JobLine {
    @Override
    public String format() {
      return MARK + "failed " + reason.replace('\n', ' ');
    }
  }

  /** The line, without its end. */
  String format();

  /** Reads a line; empty when it is not one of ours. */
  static Optional<JobLine> parse(String line) {
    if (!line.startsWith(MARK)) {
      return Optional.empty();
    }
    String[] words = line.substring(MARK.length()).split(" ", 2);
    return Optional.of(
        switch (words[0]) {
          case "progress" -> new Progress(words[1]);
          case "step" -> step(words[1].split(" "));
          case "moved" -> new Moved(Long.parseLong(words[1]));
          case "failed" -> new Failed(words[1]);
          default -> throw new IllegalArgumentException("unknown line from the jobs: " + line);
        });
  }

  private static Step step(String[] words) {
    return new Step(
        words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
  }
}
