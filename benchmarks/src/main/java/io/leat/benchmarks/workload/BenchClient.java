package io.leat.benchmarks.workload;

import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.measure.Happening;
import io.leat.benchmarks.measure.Scale;
import io.leat.benchmarks.measure.WorkloadKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A client's process: reads a line {@code prepare WORKLOAD} or {@code run WORKLOAD}, does that, and
 * answers with {@link JobLine}s up to {@link JobLine.Done} or {@link JobLine.Failed}. It ends with
 * its standard input.
 */
public final class BenchClient {
  /** Makes what a workload needs. */
  public static final String PREPARE = "prepare";

  /** Runs it once. */
  public static final String RUN = "run";

  /** What was wanted has happened. */
  public static final String HAPPENED = "happened";

  private final Client client;
  private final PrintStream out;
  private final BufferedReader lines =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final Map<WorkloadKind, Workload> workloads = new EnumMap<>(WorkloadKind.class);

  private BenchClient(Client client, PrintStream out) {
    this.client = client;
    this.out = out;
  }

  /**
   * Runs a client.
   *
   * @param arguments URI of the directory to work in, name of the scale, local directory for
   *     temporary files
   */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    int code = 1;
    try {
      Configuration configuration = new Configuration();
      Path temporary = Path.of(arguments[2]);
      configuration.set("hadoop.tmp.dir", temporary.toString());
      org.apache.hadoop.fs.Path base = new org.apache.hadoop.fs.Path(arguments[0]);
      Client client = new Client(configuration, base, Scale.of(arguments[1]), temporary);
      new BenchClient(client, out).serve();
      code = 0;
    } catch (Exception e) {
      e.printStackTrace();
      out.println(new JobLine.Failed(e.toString()).format());
    }
    System.exit(code);
  }

  private void serve() throws Exception {
    try (FileSystem fileSystem = client.fresh()) {
      fileSystem.mkdirs(client.base());
    }
    tell(new JobLine.Done());
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      obey(line.split(" ", 2));
      tell(new JobLine.Done());
    }
  }

  private void obey(String[] words) throws Exception {
    WorkloadKind kind = WorkloadKind.valueOf(words[1]);
    Workload workload = workloads.computeIfAbsent(kind, BenchClient::make);
    switch (words[0]) {
      case PREPARE -> workload.prepare(client);
      case RUN -> workload.run(client, new Measured(this::tell, this::await));
      default -> throw new IOException("a client is not told to '" + words[0] + "'");
    }
  }

  private static Workload make(WorkloadKind kind) {
    return switch (kind) {
      case TEST_DFSIO -> new DfsioWorkload();
      case SEQUENTIAL_WRITE -> new SequentialWrite();
      case SEQUENTIAL_READ -> new SequentialRead();
      case VECTORED_READ -> new VectoredRead();
      case POSITIONAL_READ -> new PositionalRead();
      case FLUSH -> new FlushWorkload();
      case META_1 -> new NamesWorkload(1);
      case META_8 -> new NamesWorkload(8);
      case META_32 -> new NamesWorkload(32);
      case SMALL_FILES -> new SmallFiles();
      case FAILOVER_CRASH -> new FailoverWorkload(Happening.CRASH);
      case FAILOVER_PLANNED -> new FailoverWorkload(Happening.PLANNED);
    };
  }

  /** Waits until the command has let happen what was wanted. */
  private void await(JobLine.Wanted wanted) throws IOException {
    tell(wanted);
    String line = lines.readLine();
    if (!HAPPENED.equals(line)) {
      throw new IOException("instead of %s came '%s'".formatted(wanted.event(), line));
    }
  }

  private void tell(JobLine line) {
    out.println(line.format());
    out.flush();
  }
}
