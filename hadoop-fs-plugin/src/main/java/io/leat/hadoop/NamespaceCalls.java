package io.leat.hadoop;

import io.leat.client.ClientNamespace;
import io.leat.client.LeatClient;
import io.leat.model.LeatException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.impl.IOStatisticsBinding;
import org.apache.hadoop.fs.statistics.impl.IOStatisticsStore;

/**
 * How a file system and its parts call the namespace: counted, refused once closed, and with the
 * client's errors turned into Hadoop's. Paths are the namespace's: absolute, without scheme. Any
 * thread.
 */
final class NamespaceCalls implements Closeable {
  private final SharedClients<LeatClient>.Use use;
  private final ClientNamespace namespace;
  private final Supplier<FileSystem.Statistics> statistics;
  private final IOStatisticsStore counters =
      IOStatisticsBinding.iostatisticsStore().withCounters(Operation.statistics()).build();
  private volatile boolean closed;

  NamespaceCalls(
      SharedClients<LeatClient>.Use use,
      ClientNamespace namespace,
      Supplier<FileSystem.Statistics> statistics) {
    this.use = use;
    this.namespace = namespace;
    this.statistics = statistics;
  }

  /** One call. */
  interface Call<T> {
    T on(ClientNamespace namespace) throws IOException;
  }

  /** One call without a result. */
  interface Action {
    void on(ClientNamespace namespace) throws IOException;
  }

  /** A call on what should exist. */
  <T> T read(Operation operation, String path, Call<T> call) throws IOException {
    count(operation);
    try {
      return run(call);
    } catch (LeatException e) {
      throw Errors.reading(e, path);
    }
  }

  /** A call that makes something at {@code path}. */
  <T> T make(Operation operation, String path, Call<T> call) throws IOException {
    count(operation);
    try {
      return run(call);
    } catch (LeatException e) {
      throw Errors.making(e, path);
    }
  }

  /** A change of what should exist. */
  void change(Operation operation, String path, Action action) throws IOException {
    read(
        operation,
        path,
        ns -> {
          action.on(ns);
          return null;
        });
  }

  /** A call whose errors the caller looks at. */
  <T> T raw(Operation operation, Call<T> call) throws IOException {
    count(operation);
    return run(call);
  }

  /** Keeps the file system, and with it the client, from being cleaned up during the call. */
  private <T> T run(Call<T> call) throws IOException {
    try {
      return call.on(namespace);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  IOStatistics counters() {
    return counters;
  }

  FileSystem.Statistics statistics() {
    return statistics.get();
  }

  private void count(Operation operation) throws IOException {
    if (closed) {
      throw new IOException("Filesystem closed");
    }
    counters.incrementCounter(operation.statistic());
    if (operation.changes()) {
      statistics().incrementWriteOps(1);
    } else {
      statistics().incrementReadOps(1);
    }
  }

  /** Leaves the client; further calls fail. */
  @Override
  public void close() throws IOException {
    closed = true;
    use.close();
  }
}
