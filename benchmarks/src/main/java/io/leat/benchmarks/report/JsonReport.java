package io.leat.benchmarks.report;

import io.leat.benchmarks.measure.Metric;
import io.leat.mds.cli.Json;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results as JSON, for programs. */
public final class JsonReport {
  private static final MathContext DIGITS = new MathContext(5);

  private JsonReport() {}

  /** The document, with a line end. */
  public static String of(Results results, Machine machine) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("commit", machine.commit());
    document.put("machine", machine(machine));
    document.put("versions", versions(machine));
    document.put("results", results(results));
    document.put("ratios", ratios(results));
    return Json.of(document) + "\n";
  }

  private static Map<String, Object> machine(Machine machine) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cpus", machine.cpus());
    map.put("memoryGiB", machine.memoryGib());
    map.put("java", machine.java());
    return map;
  }

  private static Map<String, Object> versions(Machine machine) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("leat", machine.leat());
    map.put("hadoop", machine.hadoop());
    map.put("java", machine.java());
    map.put("kernel", machine.kernel());
    return map;
  }

  private static List<Object> results(Results results) {
    List<Object> list = new ArrayList<>();
    for (Metric metric : results.metrics()) {
      for (String system : results.systems(metric)) {
        list.add(result(results, metric, system));
      }
    }
    return list;
  }

  private static Map<String, Object> result(Results results, Metric metric, String system) {
    Statistics statistics = results.statistics(metric, system);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("metric", metric.name());
    map.put("system", system);
    map.put("unit", metric.unit().text());
    map.put("median", rounded(statistics.median()));
    map.put("min", rounded(statistics.min()));
    map.put("max", rounded(statistics.max()));
    map.put("runs", statistics.runs());
    if (!results.note(metric, system).isEmpty()) {
      map.put("note", results.note(metric, system));
    }
    return map;
  }

  private static List<Object> ratios(Results results) {
    List<Object> list = new ArrayList<>();
    for (Metric metric : results.metrics()) {
      for (String system : results.systems(metric)) {
        results.ratio(metric, system).ifPresent(ratio -> list.add(ratio(metric, system, ratio)));
      }
    }
    return list;
  }

  private static Map<String, Object> ratio(Metric metric, String other, double ratio) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("metric", metric.name());
    map.put("other", other);
    map.put("median", rounded(ratio));
    return map;
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
