package io.leat.mds.cli;

import io.leat.mds.sim.Outcome;
import io.leat.mds.sim.Plants;
import io.leat.mds.sim.Simulation;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs simulated cells, one seed after the other. */
@Command(
    name = "sim",
    description = {
      "Simulates whole cells in one thread on virtual time, and lets everything go wrong.",
      "Prints a line per seed; stops at the first failure and prints how to repeat it."
    },
    footer = {
      "",
      "Examples:",
      "  leat sim --seed 1 --minutes 1",
      "  leat sim --seed 1 --plant list",
      "  leat sim --seed 1 --minutes 1 --plant ack-before-durable"
    })
final class SimCommand implements Callable<Integer> {
  private static final String LIST = "list";
  private static final long NANOS_PER_MINUTE = 60_000_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The first seed (default: ${DEFAULT-VALUE}); the next ones follow.")
  private long seed;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "1",
      description = "Begin no further seed after so many minutes (default: ${DEFAULT-VALUE}).")
  private double minutes;

  @Option(
      names = "--seeds",
      paramLabel = "K",
      defaultValue = "9223372036854775807",
      description = "Run at most so many seeds (default: as many as the time allows).")
  private long seeds;

  @Option(
      names = "--plant",
      paramLabel = "NAME",
      description = "Give the cell a bug, which has to be found; 'list' prints their names.")
  private String plant;

  @Option(names = "--events", description = "After a failure print what happened before it.")
  private boolean events;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (LIST.equals(plant)) {
      for (Plants each : Plants.values()) {
        out.println(each.text());
      }
      out.flush();
      return 0;
    }
    if (minutes <= 0 || seeds <= 0) {
      throw new ParameterException(spec.commandLine(), "--minutes and --seeds must be above 0");
    }
    return run(out, planted());
  }

  private Optional<Plants> planted() {
    if (plant == null) {
      return Optional.empty();
    }
    Optional<Plants> found = Plants.of(plant);
    if (found.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--plant is '" + plant + "'; --plant list prints the names");
    }
    return found;
  }

  /** Each processor simulates a seed; results come in the order of the seeds. */
  private int run(PrintWriter out, Optional<Plants> planted) {
    int processors = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(processors);
    try {
      return run(out, planted, threads, processors);
    } finally {
      threads.shutdownNow();
    }
  }

  private int run(
      PrintWriter out, Optional<Plants> planted, ExecutorService threads, int processors) {
    long started = System.nanoTime();
    long operations = 0;
    Map<String, Long> met = new LinkedHashMap<>();
    Map<String, Long> faults = new TreeMap<>();
    Deque<Future<Outcome>> running = new ArrayDeque<>();
    long begun = 0;
    while (true) {
      boolean timeLeft = begun == 0 || System.nanoTime() - started <= minutes * NANOS_PER_MINUTE;
      while (timeLeft && begun < seeds && running.size() <= processors) {
        long one = seed + begun++;
        running.add(threads.submit(() -> Simulation.run(one, planted)));
      }
      if (running.isEmpty()) {
        break;
      }
      Outcome outcome = outcome(running.remove());
      operations += outcome.operations();
      outcome.met().forEach((what, count) -> met.merge(what, count, Long::sum));
      outcome.faults().forEach((what, count) -> faults.merge(what, (long) count, Long::sum));
      out.println(line(outcome));
      if (outcome.violation().isPresent()) {
        failed(out, outcome);
        return 1;
      }
      out.flush();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    out.println("How often what went wrong, and what was met:");
    faults.forEach((what, count) -> out.printf("  %-20s %,12d%n", what, count));
    met.forEach((what, count) -> out.printf("  %-20s %,12d%n", what, count));
    out.printf("All held: %d operations, %.0f a second.%n", operations, operations / seconds);
    out.flush();
    return 0;
  }

  private static Outcome outcome(Future<Outcome> simulated) {
    try {
      return simulated.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator failed", e.getCause());
    }
  }

  private static String line(Outcome outcome) {
    return "seed %d: %s, %d steps, %d operations, %d ms of virtual time, %d faults %s, %d refusals of lost bytes, trace %016x"
        .formatted(
            outcome.seed(),
            outcome.violation().isPresent() ? "FAILED" : "ok",
            outcome.steps(),
            outcome.operations(),
            outcome.virtualMillis(),
            outcome.faultCount(),
            outcome.faults(),
            outcome.dataLost(),
            outcome.traceHash());
  }

  private void failed(PrintWriter out, Outcome outcome) {
    if (events) {
      outcome.lastEvents().forEach(out::println);
    }
    out.println("violated " + outcome.violation().orElseThrow());
    out.printf(
        "repeat with: %s sim --seed %d --seeds 1%s --events%n",
        System.getProperty(Invocation.COMMAND_PROPERTY, "leat"),
        outcome.seed(),
        plant == null ? "" : " --plant " + plant);
    out.flush();
  }
}
