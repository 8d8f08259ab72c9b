package io.leat.benchmarks.measure;

import java.util.Objects;

/**
 * One thing that is measured.
 *
 * @param name without spaces, as {@code meta.stat.8}
 */
public record Metric(String name, Unit unit) {

  public Metric {
    Objects.requireNonNull(unit);
    if (name.isEmpty() || name.indexOf(' ') >= 0) {
      throw new IllegalArgumentException("'" + name + "' is no name of a metric");
    }
  }
}
