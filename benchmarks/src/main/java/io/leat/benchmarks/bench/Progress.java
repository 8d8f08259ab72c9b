package io.leat.benchmarks.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells how far a benchmark is: a line per workload and run, with the systems as they finish. */
final class Progress {
  private final PrintWriter out;
  private final int runs;
  private String open = "";

  Progress(PrintWriter out, int runs) {
    this.out = out;
    this.runs = runs;
  }

  /** A turn begins. */
  void begin(Turn turn) {
    String title =
        turn.isWarmUp()
            ? turn.workload().title() + ", warming up:"
            : "%s, run %d of %d:".formatted(turn.workload().title(), turn.run(), runs);
    if (!title.equals(open)) {
      end();
      out.print(title);
      open = title;
    }
    out.print(" " + turn.system());
    out.flush();
  }

  /** And has ended. */
  void done(double seconds) {
    out.print(String.format(Locale.ROOT, " %.1f s", seconds));
    out.flush();
  }

  /** Ends the line that is being written, if any. */
  void end() {
    if (!open.isEmpty()) {
      out.println();
      open = "";
    }
    out.flush();
  }

  /** A line of its own. */
  void line(String text) {
    end();
    out.println(text);
    out.flush();
  }
}
