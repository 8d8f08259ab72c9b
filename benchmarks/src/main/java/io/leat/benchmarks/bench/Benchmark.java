package io.leat.benchmarks.bench;

import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.measure.Lineup;
import io.leat.benchmarks.measure.Metric;
import io.leat.benchmarks.measure.WorkloadKind;
import io.leat.benchmarks.report.Results;
import io.leat.benchmarks.system.Systems;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One benchmark, from the start of its systems to their end. */
final class Benchmark implements Closeable {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Plan plan;
  private final WorkDirectory directory;
  private final Progress progress;
  private final Results results = new Results(Systems.LEAT);
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  /** Of the contestants; null before the first. */
  private Lineup lineup;

  private boolean closed;

  /** Takes over the directory, and removes it when it is closed. */
  Benchmark(Plan plan, WorkDirectory directory, PrintWriter out) {
    this.plan = plan;
    this.directory = directory;
    progress = new Progress(out, plan.runs());
  }

  /** Measures everything. */
  Results run() throws IOException, InterruptedException {
    for (Turn turn : Schedule.of(plan)) {
      lineUp(turn.workload());
      if (contestants.containsKey(turn.system())) {
        take(turn);
      }
    }
    progress.end();
    directory.forgetLogs();
    return results;
  }

  /** Starts the systems with the servers that a workload needs, unless they run. */
  private void lineUp(WorkloadKind workload) throws IOException, InterruptedException {
    if (lineup == workload.lineup()) {
      return;
    }
    closeContestants();
    lineup = workload.lineup();
    for (String system : plan.systems()) {
      if (Systems.has(system, lineup)) {
        start(system);
      } else {
        progress.line(system + " is left out from here on: it has no second server");
      }
    }
  }

  private void start(String system) throws IOException, InterruptedException {
    progress.line("Starting " + system + " ...");
    Contestant contestant = new Contestant(system, lineup);
    synchronized (this) {
      if (closed) {
        throw new IOException("the benchmark is ending");
      }
      contestants.put(system, contestant);
    }
    String name = lineup == Lineup.SINGLE ? system : system + "-pair";
    contestant.start(directory.root().resolve(name), plan.scale());
  }

  private void take(Turn turn) throws IOException, InterruptedException {
    Contestant contestant = contestants.get(turn.system());
    progress.begin(turn);
    if (turn.isFirst(plan.scale())) {
      contestant.prepare(turn.workload());
    }
    // What the others have left to be written back is not this one's burden.
    PageCache.writeBack();
    long start = System.nanoTime();
    List<JobLine> lines = contestant.run(turn.workload());
    progress.done((System.nanoTime() - start) / NANOS_PER_SECOND);
    requireAll(turn, lines);
    if (turn.isFirst(plan.scale())) {
      tellUnsupported(turn, lines);
    }
    if (!turn.isWarmUp()) {
      lines.forEach(line -> keep(turn, line));
    }
  }

  /** Every metric has a value, or a reason why it has none. */
  private static void requireAll(Turn turn, List<JobLine> lines) throws IOException {
    Set<String> told = new HashSet<>();
    for (JobLine line : lines) {
      if (line instanceof JobLine.Value value) {
        told.add(value.metric());
      } else if (line instanceof JobLine.Unsupported unsupported) {
        told.add(unsupported.metric());
      }
    }
    for (Metric metric : turn.workload().metrics()) {
      if (!told.contains(metric.name())) {
        throw new IOException(turn.system() + " has measured no " + metric.name());
      }
    }
  }

  private void tellUnsupported(Turn turn, List<JobLine> lines) {
    for (JobLine line : lines) {
      if (line instanceof JobLine.Unsupported unsupported) {
        progress.line(
            "%s is left out for %s: %s"
                .formatted(unsupported.metric(), turn.system(), unsupported.reason()));
      }
    }
  }

  private void keep(Turn turn, JobLine line) {
    if (line instanceof JobLine.Value value) {
      Metric metric = metric(turn.workload(), value.metric());
      results.add(metric, turn.system(), value.value());
      contestants
          .get(turn.system())
          .remark(metric)
          .ifPresent(text -> results.remark(metric, turn.system(), text));
    } else if (line instanceof JobLine.Note note) {
      results.note(metric(turn.workload(), note.metric()), turn.system(), note.text());
    }
  }

  private static Metric metric(WorkloadKind workload, String name) {
    return workload.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalStateException(workload + " yields no " + name));
  }

  /** Ends all processes and removes the directory. Closing again does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      closeContestants();
    } finally {
      directory.close();
    }
  }

  private synchronized void closeContestants() throws IOException {
    IOException failure = null;
    for (Contestant contestant : contestants.values()) {
      try {
        contestant.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    contestants.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
