package io.leat.benchmarks;

import java.util.Optional;

/**
 * What a child's JVM tells the command, a line on its standard output each. Other lines there are
 * Hadoop's and go to the log.
 */
public sealed interface JobLine {
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
      return MARK + "failed " + oneLine(reason);
    }
  }

  /** A server in the child's JVM serves at this address, a URI. */
  record Serving(String address) implements JobLine {
    @Override
    public String format() {
      return MARK + "serving " + address;
    }
  }

  /** A benchmark's metric. */
  record Value(String metric, double value) implements JobLine {
    @Override
    public String format() {
      return MARK + "value " + metric + " " + value;
    }
  }

  /** What is to be known about a benchmark's metric beside its value. */
  record Note(String metric, String text) implements JobLine {
    @Override
    public String format() {
      return MARK + "note " + metric + " " + oneLine(text);
    }
  }

  /** A benchmark's metric that this file system cannot have. */
  record Unsupported(String metric, String reason) implements JobLine {
    @Override
    public String format() {
      return MARK + "unsupported " + metric + " " + oneLine(reason);
    }
  }

  /** The command is to let something happen to the servers now, and to say when it has. */
  record Wanted(String event) implements JobLine {
    @Override
    public String format() {
      return MARK + "wanted " + event;
    }
  }

  /** What the command asked for is done. */
  record Done() implements JobLine {
    @Override
    public String format() {
      return MARK + "done .";
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
          case "serving" -> new Serving(words[1]);
          case "value" -> value(words[1].split(" ", 2));
          case "note" -> note(words[1].split(" ", 2));
          case "unsupported" -> unsupported(words[1].split(" ", 2));
          case "wanted" -> new Wanted(words[1]);
          case "done" -> new Done();
          default -> throw new IllegalArgumentException("unknown line from a child: " + line);
        });
  }

  private static Step step(String[] words) {
    return new Step(
        words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
  }

  private static Value value(String[] words) {
    return new Value(words[0], Double.parseDouble(words[1]));
  }

  private static Note note(String[] words) {
    return new Note(words[0], words[1]);
  }

  private static Unsupported unsupported(String[] words) {
    return new Unsupported(words[0], words[1]);
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }
}
