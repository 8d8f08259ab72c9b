package io.leat.benchmarks.workload;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files of 4 KiB by 8 threads: create, write and close them; open, read and close them, each once
 * and by a fresh client.
 */
final class SmallFiles implements Workload {
  private static final int THREADS = 8;
  private static final int FILE_BYTES = 4_096;
  private static final int FILES_PER_DIRECTORY = 200;
  private static final double P99 = 0.99;

  private final byte[] content = LargeFile.noise(FILE_BYTES);
  private Population population;

  @Override
  public void prepare(Client client) throws IOException, InterruptedException {
    population =
        new Population(client.path("small"), client.scale().smallFiles(), FILES_PER_DIRECTORY);
    try (FileSystem fileSystem = client.fresh()) {
      population.make(fileSystem, content);
    }
  }

  @Override
  public void run(Client client, Measured measured) throws IOException, InterruptedException {
    Path created = client.path("created");
    try (FileSystem fileSystem = client.fresh()) {
      for (int thread = 0; thread < THREADS; thread++) {
        fileSystem.mkdirs(new Path(created, "t" + thread));
      }
      measure(
          client,
          measured,
          "small.create4k",
          (thread, time) -> {
            Path path = new Path(created, "t" + thread + "/f" + time);
            Population.write(fileSystem, path, content);
            return true;
          });
      fileSystem.delete(created, true);
    }
    try (FileSystem fileSystem = client.fresh()) {
      measure(client, measured, "small.read4k", read(fileSystem));
    }
  }

  private Crew.Task read(FileSystem fileSystem) {
    ThreadLocal<byte[]> buffer = ThreadLocal.withInitial(() -> new byte[FILE_BYTES]);
    return population.eachOnce(
        path -> {
          try (FSDataInputStream in = fileSystem.open(path)) {
            in.readFully(buffer.get());
          }
        });
  }

  private static void measure(Client client, Measured measured, String metric, Crew.Task task)
      throws IOException, InterruptedException {
    Latencies latencies = new Latencies();
    Crew.Work work =
        Crew.run(
            THREADS,
            client.scale().phaseMillis(),
            (thread, time) -> {
              long start = System.nanoTime();
              boolean more = task.run(thread, time);
              latencies.add(System.nanoTime() - start);
              return more;
            });
    measured.value(metric, work.perSecond());
    measured.note(metric, "p99 %.0f us".formatted(latencies.micros(P99)));
  }
}
