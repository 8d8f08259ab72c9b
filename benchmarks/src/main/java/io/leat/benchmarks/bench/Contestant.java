package io.leat.benchmarks.bench;

import io.leat.benchmarks.ChildProcess;
import io.leat.benchmarks.ClientJvm;
import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.measure.Happening;
import io.leat.benchmarks.measure.Lineup;
import io.leat.benchmarks.measure.Metric;
import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;
import io.leat.benchmarks.system.ClientSetup;
import io.leat.benchmarks.system.ServerPair;
import io.leat.benchmarks.system.SystemUnderTest;
import io.leat.benchmarks.system.Systems;
import io.leat.benchmarks.workload.BenchClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A system with its client: one JVM for all its turns, of the same kind for every system. */
final class Contestant implements Closeable {
  /** How long a client may say nothing. */
  private static final Duration SILENCE_BOUND = Duration.ofMinutes(10);

  private static final List<String> JVM_FLAGS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

  private final String name;
  private final SystemUnderTest system;
  private volatile ChildProcess client;

  Contestant(String name, Lineup lineup) {
    this.name = name;
    system = Systems.make(name, lineup);
  }

  String name() {
    return name;
  }

  /**
   * Starts the system and its client, and waits until it answers.
   *
   * @param directory for everything of the system
   */
  void start(Path directory, Scale scale) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    ClientSetup setup = system.start(directory, scale.volumeBytes());
    Path temporary = Files.createDirectories(directory.resolve("client"));
    Path log = Files.createDirectories(directory.resolve("logs")).resolve("client.log");
    List<String> flags = new ArrayList<>(JVM_FLAGS);
    flags.addAll(setup.jvmFlags());
    ProcessBuilder builder =
        ClientJvm.of(setup.configuration())
            .run(
                flags, BenchClient.class, List.of(setup.base(), scale.name(), temporary.toString()))
            .directory(temporary.toFile());
    client = ChildProcess.start(builder, "the client of " + name, log);
    var unused = untilDone();
  }

  /** Makes what a workload needs. */
  void prepare(WorkloadKind workload) throws IOException, InterruptedException {
    client.send(BenchClient.PREPARE + " " + workload.name());
    var unused = untilDone();
  }

  /** Runs a workload once; returns what the client tells. */
  List<JobLine> run(WorkloadKind workload) throws IOException, InterruptedException {
    client.send(BenchClient.RUN + " " + workload.name());
    List<JobLine> lines = untilDone();
    if (system instanceof ServerPair pair) {
      pair.restore();
    }
    return lines;
  }

  /** What has to be known to read its values of a metric. */
  Optional<String> remark(Metric metric) {
    return system.remark(metric);
  }

  private List<JobLine> untilDone() throws IOException, InterruptedException {
    List<JobLine> lines = new ArrayList<>();
    JobLine line = client.next(SILENCE_BOUND);
    while (!(line instanceof JobLine.Done)) {
      if (line instanceof JobLine.Wanted wanted && system instanceof ServerPair pair) {
        pair.let(Happening.valueOf(wanted.event()));
        client.send(BenchClient.HAPPENED);
      } else {
        lines.add(line);
      }
      line = client.next(SILENCE_BOUND);
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    try {
      if (client != null) {
        client.close();
      }
    } finally {
      system.close();
    }
  }
}
