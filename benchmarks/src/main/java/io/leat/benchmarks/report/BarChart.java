package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import java.util.List;
import java.util.Locale;

/** One metric, drawn: a bar for each system, with its spread, its median and the ratio. */
final class BarChart {
  private static final int WIDTH = 800;
  private static final int ROW_HEIGHT = 26;
  private static final int BAR_HEIGHT = 18;
  private static final int BAR_LEFT = 90;
  private static final int BAR_WIDTH = 440;
  private static final int TEXT_GAP = 8;
  private static final int BASELINE = 13;

  private BarChart() {}

  /** An {@code svg} element. */
  static String of(Results results, Metric metric) {
    List<String> systems = results.systems(metric);
    double most =
        systems.stream()
            .mapToDouble(system -> results.statistics(metric, system).max())
            .max()
            .orElse(1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\">\n".formatted(WIDTH, ROW_HEIGHT * systems.size()));
    for (int row = 0; row < systems.size(); row++) {
      svg.append(bar(results, metric, systems.get(row), row * ROW_HEIGHT, most));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String bar(Results results, Metric metric, String system, int top, double most) {
    Statistics statistics = results.statistics(metric, system);
    double scale = BAR_WIDTH / most;
    String kind = system.equals(results.mine()) ? "mine" : "other";
    return text(0, top, HtmlReport.escaped(system))
        + format(
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
            kind, BAR_LEFT, top, statistics.median() * scale, BAR_HEIGHT)
        + format(
            "<line class=\"spread\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
            BAR_LEFT + statistics.min() * scale,
            BAR_LEFT + statistics.max() * scale,
            top + BAR_HEIGHT / 2,
            top + BAR_HEIGHT / 2)
        + text(BAR_LEFT + BAR_WIDTH + TEXT_GAP, top, label(results, metric, system))
        + "\n";
  }

  private static String label(Results results, Metric metric, String system) {
    String median = Numbers.of(results.statistics(metric, system).median());
    String mine = results.mine();
    return median
        + results
            .ratio(metric, system)
            .map(ratio -> "  (" + mine + " / " + system + " " + Numbers.of(ratio) + ")")
            .orElse("");
  }

  private static String text(int left, int top, String text) {
    return format("<text x=\"%d\" y=\"%d\">%s</text>", left, top + BASELINE, text);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
