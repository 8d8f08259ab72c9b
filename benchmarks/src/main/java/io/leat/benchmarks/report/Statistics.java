package io.leat.benchmarks.report;

import java.util.List;

/**
 * The middle and the spread of some values.
 *
 * @param runs how many values there are
 */
public record Statistics(double median, double min, double max, int runs) {

  /** Of one value or more. */
  public static Statistics of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Statistics(median, sorted.get(0), sorted.get(sorted.size() - 1), sorted.size());
  }
}
