package io.leat.hadoop;

import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatisticsAggregator;
import org.apache.hadoop.fs.statistics.IOStatisticsContext;

/**
 * What a stream needs of its file system.
 *
 * @param path in the namespace, for messages
 * @param fileSystem kept from being cleaned up while its streams are in use
 * @param statistics Hadoop's older counts
 * @param aggregator where the opening thread collects what its streams did
 */
record StreamContext(
    String path,
    LeatFileSystem fileSystem,
    FileSystem.Statistics statistics,
    IOStatisticsAggregator aggregator) {

  /** For a stream opened by this thread. */
  static StreamContext here(String path, LeatFileSystem fileSystem) {
    return new StreamContext(
        path,
        fileSystem,
        fileSystem.statistics(),
        IOStatisticsContext.getCurrentIOStatisticsContext().getAggregator());
  }
}
