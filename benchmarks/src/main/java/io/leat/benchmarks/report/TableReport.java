package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import io.leat.mds.cli.Table;
import java.io.PrintWriter;

/** The results as a table on the terminal. */
public final class TableReport {
  private TableReport() {}

  /** Prints a row for each metric and system. */
  public static void print(Results results, PrintWriter out) {
    Table table = new Table("METRIC", "SYSTEM", "UNIT", "MEDIAN", "MIN", "MAX", "RATIO", "NOTE");
    for (Metric metric : results.metrics()) {
      for (String system : results.systems(metric)) {
        Statistics statistics = results.statistics(metric, system);
        table.row(
            metric.name(),
            system,
            metric.unit().text(),
            Numbers.of(statistics.median()),
            Numbers.of(statistics.min()),
            Numbers.of(statistics.max()),
            results.ratio(metric, system).map(Numbers::of).orElse(""),
            results.note(metric, system));
      }
    }
    table.print(out);
    out.printf(
        "RATIO: %s against that system, median over paired runs; above 1 where %s is better.%n",
        results.mine(), results.mine());
    out.flush();
  }
}
