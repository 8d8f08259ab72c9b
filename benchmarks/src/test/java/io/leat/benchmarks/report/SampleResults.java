package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import io.leat.benchmarks.measure.Unit;

/** Results that are easy to check by hand. */
final class SampleResults {
  static final Metric RATE = new Metric("seq.read", Unit.MB_PER_SECOND);
  static final Metric TIME = new Metric("hsync.p50", Unit.MICROSECONDS);
  static final Machine MACHINE =
      new Machine("abc", 2, 24, "17.0.15", "0.1.0", "3.5.0", "Linux 6.18");

  private SampleResults() {}

  static Results make() {
    Results results = new Results("leat");
    add(results, RATE, "leat", 10, 30, 20);
    add(results, RATE, "hdfs", 10, 10, 5);
    add(results, TIME, "leat", 100, 100, 400);
    add(results, TIME, "hdfs", 200, 50, 200);
    results.note(RATE, "leat", "first <file>");
    results.remark(RATE, "leat", "cached");
    return results;
  }

  private static void add(Results results, Metric metric, String system, double... values) {
    for (double value : values) {
      results.add(metric, system, value);
    }
  }
}
