package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import java.util.List;
import java.util.Locale;

/** The results as a page that needs nothing but itself: a drawing per metric. */
public final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.4 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
        color: #1c2733; background: #fff }
      h2 { font-size: 1em; margin: 1.6em 0 .2em; font-family: ui-monospace, monospace }
      h2 span { font: .85em system-ui, sans-serif; color: #5a6875; font-weight: normal }
      svg { width: 100%; height: auto; display: block }
      svg text { font: 13px system-ui, sans-serif; fill: #1c2733 }
      .mine { fill: #1f6f8b } .other { fill: #a9b4bf } .spread { stroke: #1c2733; stroke-width: 1.5 }
      p, li { color: #3b4854 }
      """;

  private HtmlReport() {}

  /** The page. */
  public static String of(Results results, Machine machine) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>Leat: benchmarks</title>\n<style>\n").append(STYLE);
    page.append("</style>\n</head>\n<body>\n<h1>Benchmarks</h1>\n").append(introduction(machine));
    for (Metric metric : results.metrics()) {
      page.append(section(results, metric));
    }
    return page.append("</body>\n</html>\n").toString();
  }

  private static String introduction(Machine machine) {
    String where =
        String.format(
            Locale.ROOT,
            "Leat %s (commit %s), Hadoop %s, Java %s, %s, %d processors, %.1f GiB of memory.",
            machine.leat(),
            machine.commit(),
            machine.hadoop(),
            machine.java(),
            machine.kernel(),
            machine.cpus(),
            machine.memoryGib());
    return "<p>"
        + escaped(where)
        + "</p>\n<p>A bar is the median of all runs, the line in it reaches from the least to the"
        + " greatest value. A ratio is the median over paired runs and above 1 where Leat is"
        + " better, also where less is better.</p>\n";
  }

  private static String section(Results results, Metric metric) {
    String better = metric.unit().ratio(2, 1) > 1 ? "more is better" : "less is better";
    StringBuilder section = new StringBuilder();
    section.append("<h2>").append(escaped(metric.name())).append(" <span>");
    section.append(metric.unit().text()).append(", ").append(better).append("</span></h2>\n");
    section.append(BarChart.of(results, metric)).append(notes(results, metric));
    return section.toString();
  }

  private static String notes(Results results, Metric metric) {
    List<String> notes =
        results.systems(metric).stream()
            .filter(system -> !results.note(metric, system).isEmpty())
            .map(system -> "<li>" + escaped(system + ": " + results.note(metric, system)) + "</li>")
            .toList();
    return notes.isEmpty() ? "" : "<ul>" + String.join("", notes) + "</ul>\n";
  }

  /** A text as it may stand between tags. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
