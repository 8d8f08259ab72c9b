package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The values of all runs, in the order in which metrics and systems came first. */
public final class Results {
  private final String mine;
  private final Map<Metric, Map<String, Cell>> metrics = new LinkedHashMap<>();

  /** What one system has of one metric. */
  private static final class Cell {
    private final List<Double> values = new ArrayList<>();
    private String note = "";
    private String remark = "";
  }

  /**
   * Without values.
   *
   * @param mine the system that the others are compared with
   */
  public Results(String mine) {
    this.mine = mine;
  }

  /** Takes the value of one more run; the n-th values of all systems are a pair. */
  public void add(Metric metric, String system, double value) {
    cell(metric, system).values.add(value);
  }

  /** What is to be known beside the values; a later run's note replaces an earlier one's. */
  public void note(Metric metric, String system, String text) {
    cell(metric, system).note = text;
  }

  private Cell cell(Metric metric, String system) {
    return metrics
        .computeIfAbsent(metric, key -> new LinkedHashMap<>())
        .computeIfAbsent(system, key -> new Cell());
  }

  /** Every metric that has values. */
  public List<Metric> metrics() {
    return metrics.keySet().stream().filter(metric -> !systems(metric).isEmpty()).toList();
  }

  /** The systems that have values of a metric. */
  public List<String> systems(Metric metric) {
    return metrics.getOrDefault(metric, Map.of()).entrySet().stream()
        .filter(entry -> !entry.getValue().values.isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Median and spread of a system that has values of the metric. */
  public Statistics statistics(Metric metric, String system) {
    return Statistics.of(cell(metric, system).values);
  }

  /** What holds for the values of all runs. */
  public void remark(Metric metric, String system, String text) {
    cell(metric, system).remark = text;
  }

  /** Note and remark; empty when there are none. */
  public String note(Metric metric, String system) {
    Cell cell = cell(metric, system);
    return Stream.of(cell.note, cell.remark)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /**
   * How much better mine is than another: the median over the runs, each of which is a pair. Above
   * 1 where mine is better. Empty when one of them has no values.
   */
  public Optional<Double> ratio(Metric metric, String other) {
    if (other.equals(mine) || !systems(metric).containsAll(List.of(mine, other))) {
      return Optional.empty();
    }
    List<Double> left = cell(metric, mine).values;
    List<Double> right = cell(metric, other).values;
    List<Double> ratios = new ArrayList<>();
    for (int run = 0; run < Math.min(left.size(), right.size()); run++) {
      ratios.add(metric.unit().ratio(left.get(run), right.get(run)));
    }
    return Optional.of(Statistics.of(ratios).median());
  }

  /** The system that the others are compared with. */
  public String mine() {
    return mine;
  }
}
