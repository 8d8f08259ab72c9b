package io.leat.benchmarks;

import io.leat.benchmarks.JobLine.Failed;
import io.leat.benchmarks.JobLine.Moved;
import io.leat.benchmarks.JobLine.Progress;
import io.leat.benchmarks.JobLine.Step;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.examples.terasort.TeraGen;
import org.apache.hadoop.examples.terasort.TeraSort;
import org.apache.hadoop.examples.terasort.TeraValidate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.apache.hadoop.fs.TestDFSIO;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;

/**
 * The quickstart's jobs, in a client's JVM: TeraGen, TeraSort, TeraValidate, then TestDFSIO write
 * and read, on the default file system with MapReduce's local runner.
 */
public final class QuickstartJobs {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Configuration configuration;
  private final QuickstartPlan plan;
  private final org.apache.hadoop.fs.Path base;
  private final Path logs;
  private final PrintStream out;

  private QuickstartJobs(
      Configuration configuration, QuickstartPlan plan, Path logs, PrintStream out)
      throws IOException {
    this.configuration = configuration;
    this.plan = plan;
    this.logs = logs;
    this.out = out;
    FileSystem fileSystem = FileSystem.get(configuration);
    base = new org.apache.hadoop.fs.Path(fileSystem.getHomeDirectory(), "quickstart");
    fileSystem.delete(base, true);
    configuration.set("test.build.data", new org.apache.hadoop.fs.Path(base, "dfsio").toString());
  }

  /**
   * Runs everything.
   *
   * @param arguments rows, files, MiB of a file, directory for temporary files, directory for logs
   */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    try {
      QuickstartPlan plan =
          new QuickstartPlan(
              Long.parseLong(arguments[0]),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]));
      new QuickstartJobs(localRunner(arguments[3]), plan, Path.of(arguments[4]), out).run();
    } catch (Exception e) {
      e.printStackTrace();
      out.println(new Failed(e.toString()).format());
      System.exit(1);
    }
    System.exit(0);
  }

  private static Configuration localRunner(String temporary) {
    Configuration configuration = new Configuration();
    configuration.set("mapreduce.framework.name", "local");
    configuration.set("hadoop.tmp.dir", temporary);
    configuration.setInt("mapreduce.local.map.tasks.maximum", 2);
    configuration.setInt("mapreduce.local.reduce.tasks.maximum", 2);
    configuration.setInt("mapreduce.job.maps", 2);
    configuration.setInt("mapreduce.job.reduces", 2);
    configuration.setInt("mapreduce.task.io.sort.mb", 160);
    return configuration;
  }

  private void run() throws Exception {
    String input = path("terasort-input");
    String sorted = path("terasort-output");
    String report = path("terasort-validate");
    step("TeraGen", plan.rows(), plan.sortBytes(), new TeraGen(), rows(), input);
    step("TeraSort", plan.rows(), plan.sortBytes(), new TeraSort(), input, sorted);
    step("TeraValidate", plan.rows(), plan.sortBytes(), new TeraValidate(), sorted, report);
    new TeraProof(configuration).verify(input, report, path("terasort-checksum"));
    dfsio("TestDFSIO-write", "-write");
    dfsio("TestDFSIO-read", "-read");
    out.println(new Moved(moved()).format());
  }

  private void dfsio(String name, String mode) throws Exception {
    step(
        name,
        0,
        plan.fileBytes(),
        new TestDFSIO(),
        mode,
        "-nrFiles",
        Integer.toString(plan.files()),
        "-size",
        plan.megabytes() + "MB",
        "-resFile",
        logs.resolve("TestDFSIO_results.txt").toString());
  }

  private void step(String name, long rows, long bytes, Tool tool, String... arguments)
      throws Exception {
    out.println(new Progress(name + " ...").format());
    long start = System.nanoTime();
    int code = ToolRunner.run(new Configuration(configuration), tool, arguments);
    long millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    if (code != 0) {
      throw new IOException(name + " failed with code " + code);
    }
    out.println(new Step(name, rows, bytes, millis).format());
  }

  private String rows() {
    return Long.toString(plan.rows());
  }

  private String path(String name) {
    return new org.apache.hadoop.fs.Path(base, name).toString();
  }

  private long moved() throws IOException {
    String scheme = base.toUri().getScheme();
    StorageStatistics statistics = FileSystem.getGlobalStorageStatistics().get(scheme);
    if (statistics == null) {
      throw new IOException("there are no statistics of the file system " + scheme);
    }
    return count(statistics, "bytesRead") + count(statistics, "bytesWritten");
  }

  private static long count(StorageStatistics statistics, String key) throws IOException {
    Long value = statistics.getLong(key);
    if (value == null) {
      throw new IOException("the file system does not count " + key);
    }
    return value;
  }
}
