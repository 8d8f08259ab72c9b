package io.leat.hadoop;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsLogging;
import org.apache.hadoop.fs.statistics.MeanStatistic;

/**
 * What a stream has counted, as it is when it is asked. Hadoop's own store costs more to make and
 * to hand over than a small file takes to open and to close.
 */
final class StreamCounters implements IOStatistics {

  private final Supplier<Map<String, Long>> counters;

  /**
   * @param counters the present values by name; any thread
   */
  StreamCounters(Supplier<Map<String, Long>> counters) {
    this.counters = counters;
  }

  @Override
  public Map<String, Long> counters() {
    return counters.get();
  }

  @Override
  public Map<String, Long> gauges() {
    return Map.of();
  }

  @Override
  public Map<String, Long> minimums() {
    return Map.of();
  }

  @Override
  public Map<String, Long> maximums() {
    return Map.of();
  }

  @Override
  public Map<String, MeanStatistic> meanStatistics() {
    return Map.of();
  }

  @Override
  public String toString() {
    return IOStatisticsLogging.ioStatisticsToString(this);
  }
}
