package io.leat.benchmarks.bench;

import io.leat.benchmarks.ClientJvm;
import io.leat.benchmarks.measure.Group;
import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;
import io.leat.benchmarks.report.HtmlReport;
import io.leat.benchmarks.report.JsonReport;
import io.leat.benchmarks.report.Machine;
import io.leat.benchmarks.report.Results;
import io.leat.benchmarks.report.TableReport;
import io.leat.benchmarks.system.Systems;
import io.leat.mds.cli.CommandFailure;
import io.leat.mds.cli.CommandProvider;
import io.leat.mds.cli.Leat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Leat beside HDFS and the local file system, with one command. */
@Command(
    name = "bench",
    description = {
      "Measures Leat, HDFS and the local file system in turn, by the same client code, and prints"
          + " median, min, max and the ratio of Leat to each other.",
      "",
      "  dfsio     TestDFSIO, sequential, positional and vectored reads, writes, hflush and hsync",
      "  meta      create, mkdirs, stat, open, rename, delete and list, by 1, 8 and 32 threads",
      "  small     files of 4 KiB, written and read by 8 threads",
      "  failover  what a client waits for when the server is killed, and when it hands over",
      "  all       all of them",
      "",
      "Systems:",
      "",
      "  leat      an embedded cell in a process of its own, with a buffered volume",
      "  hdfs      NameNode and DataNode in a process of their own, one copy",
      "  hdfs-scr  the same with short-circuit reads, where libhadoop is found",
      "  file      the local disk by Hadoop's raw file:, with checksums for TestDFSIO",
      "",
      "For failover leat and hdfs have two servers each and a ZooKeeper; the others are left out.",
      "",
      "Each has a client in a JVM of its own and takes its turn in every run, after some that"
          + " warm up and do not count."
    },
    footer = {
      "",
      "Examples:",
      "  leat bench meta --small                       a few minutes",
      "  leat bench all --json all.json --html all.html",
      "  leat bench small --systems leat,hdfs --runs 3",
      "  leat bench failover --systems leat,hdfs --runs 10",
      "",
      "All processes end and all data is removed with the command. docs/performance.md says what is"
          + " measured and how."
    })
public final class BenchCommand implements CommandProvider, Callable<Integer> {
  private static final int RUNS_MAX = 1_000;
  private static final int SMALL_RUNS = 3;
  private static final int FULL_RUNS = 5;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "What to measure: dfsio, meta, small, failover or all.")
  private List<String> names;

  @Option(
      names = "--systems",
      split = ",",
      paramLabel = "SYSTEM",
      description =
          "Which systems, in the order of their turns; default leat,hdfs,hdfs-scr,file. leat-fresh is"
              + " Leat on a volume that was never written before, leat-direct past the page cache.")
  private List<String> systems = Systems.DEFAULT;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "How often each is measured; default 5, with --small 3.")
  private Integer runs;

  @Option(names = "--small", description = "Less data and time: all in less than ten minutes.")
  private boolean small;

  @Option(names = "--tiny", hidden = true, description = "Next to nothing, to try the command.")
  private boolean tiny;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "New or empty directory to work in, on the disk to measure; default: one under"
              + " benchmarks/target of this installation.")
  private Path data;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the results there as JSON.")
  private Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Write a page with drawings there.")
  private Path html;

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Plan plan = plan(out);
    requireDirectoryOf(json, "--json");
    requireDirectoryOf(html, "--html");
    Path wanted = data == null ? Files.createTempDirectory(target(), "bench-") : data;
    WorkDirectory directory =
        WorkDirectory.make(wanted, plan.scale().diskBytes(plan.systems().size()));
    Results results = measure(plan, directory, out);
    out.println();
    TableReport.print(results, out);
    Machine machine = Machine.here(ClientJvm.home(), Leat.version());
    write(json, JsonReport.of(results, machine), out);
    write(html, HtmlReport.of(results, machine), out);
    return 0;
  }

  private static Path target() {
    return ClientJvm.home().resolve("benchmarks/target");
  }

  private static Results measure(Plan plan, WorkDirectory directory, PrintWriter out)
      throws IOException, InterruptedException {
    try (Benchmark benchmark = new Benchmark(plan, directory, out)) {
      Thread hook = new Thread(() -> end(benchmark), "end of the benchmark");
      Runtime.getRuntime().addShutdownHook(hook);
      return benchmark.run();
    }
  }

  /** When the process is told to end, as by Ctrl-C. */
  private static void end(Benchmark benchmark) {
    try {
      benchmark.close();
    } catch (IOException e) {
      System.err.println("leat: the benchmark did not end in order: " + e.getMessage());
    }
  }

  private Plan plan(PrintWriter out) {
    Set<WorkloadKind> workloads = new LinkedHashSet<>();
    for (String name : names) {
      Optional<List<Group>> groups = Group.of(name);
      if (groups.isEmpty()) {
        throw wrong(
            "there is no benchmark '%s'; there are %s".formatted(name, joined(Group.names())));
      }
      workloads.addAll(WorkloadKind.of(groups.get()));
    }
    int times = runs == null ? (small || tiny ? SMALL_RUNS : FULL_RUNS) : runs;
    if (times < 1 || times > RUNS_MAX) {
      throw wrong("--runs is %d, must be 1 to %d".formatted(times, RUNS_MAX));
    }
    return new Plan(List.copyOf(workloads), systems(out), times, scale());
  }

  private Scale scale() {
    if (tiny) {
      return Scale.TINY;
    }
    return small ? Scale.SMALL : Scale.FULL;
  }

  private List<String> systems(PrintWriter out) {
    List<String> possible = new ArrayList<>();
    for (String system : new LinkedHashSet<>(systems)) {
      if (!Systems.names().contains(system)) {
        throw wrong(
            "there is no system '%s'; there are %s".formatted(system, joined(Systems.names())));
      }
      Optional<String> missing = Systems.missing(system);
      missing.ifPresent(reason -> out.println(system + " is left out: " + reason));
      if (missing.isEmpty()) {
        possible.add(system);
      }
    }
    if (possible.isEmpty()) {
      throw wrong("none of the systems can run here");
    }
    return possible;
  }

  private static String joined(List<String> words) {
    return String.join(", ", words);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Before anything runs, rather than when all is done. */
  private static void requireDirectoryOf(Path file, String option) throws CommandFailure {
    if (file == null) {
      return;
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isWritable(parent) || Files.isDirectory(file)) {
      throw new CommandFailure(
          "%s %s cannot be written; choose another file".formatted(option, file));
    }
  }

  private static void write(Path file, String text, PrintWriter out) throws IOException {
    if (file != null) {
      Files.writeString(file, text);
      out.println("Wrote " + file);
      out.flush();
    }
  }
}
