package io.leat.hadoop.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Remembers which calls to the server took long, and from when to when. One thread. */
final class TimedCalls {

  /** A server that is killed is away for longer, and a call seldom takes as long otherwise. */
  private static final long LONG_MILLIS = 500;

  /**
   * A call that took long, in milliseconds of the host's clock.
   *
   * @param made just before the request was sent
   * @param answered just after its answer was there
   */
  record LongCall(long made, long answered) {

    /** Whether the request was under way all the time from {@code start} to {@code end}. */
    boolean covers(long start, long end) {
      return made < start && answered > end;
    }

    static LongCall parse(String text) {
      int dash = text.indexOf('-');
      return new LongCall(
          Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    @Override
    public String toString() {
      return made + "-" + answered;
    }
  }

  /** A call to the server. */
  @FunctionalInterface
  interface Call<T> {
    T make() throws IOException;
  }

  private final List<LongCall> longCalls = new ArrayList<>();

  <T> T time(Call<T> call) throws IOException {
    long made = System.currentTimeMillis();
    T answer = call.make();
    long answered = System.currentTimeMillis();
    if (answered - made > LONG_MILLIS) {
      longCalls.add(new LongCall(made, answered));
    }
    return answer;
  }

  /** All that took long, with spaces between; {@link #parse} reads it. */
  String text() {
    return longCalls.stream().map(LongCall::toString).collect(Collectors.joining(" "));
  }

  static List<LongCall> parse(String text) {
    return Arrays.stream(text.split(" ", -1))
        .filter(word -> !word.isEmpty())
        .map(LongCall::parse)
        .toList();
  }
}
