package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.Metric;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A file system that is measured, with the servers that it needs. */
public interface SystemUnderTest extends Closeable {

  /**
   * Starts what it needs; returns when a client can use it.
   *
   * @param directory for everything, on the disk that is measured; not there yet
   * @param volumeBytes room for data that it makes at least, where it makes it beforehand
   * @throws IOException when it does not serve in time, or was closed before; the message says why
   */
  ClientSetup start(Path directory, long volumeBytes) throws IOException, InterruptedException;

  /** What has to be known to read its values of a metric. */
  default Optional<String> remark(Metric metric) {
    return Optional.empty();
  }

  /** Ends all its processes. Closing again, or before it has started, does nothing. */
  @Override
  void close() throws IOException;
}
