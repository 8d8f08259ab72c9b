package io.leat.benchmarks.measure;

import static io.leat.benchmarks.measure.Unit.FILES_PER_SECOND;
import static io.leat.benchmarks.measure.Unit.MB_PER_SECOND;
import static io.leat.benchmarks.measure.Unit.MICROSECONDS;
import static io.leat.benchmarks.measure.Unit.OPERATIONS_PER_SECOND;
import static io.leat.benchmarks.measure.Unit.SECONDS;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a client does in one turn, and the metrics that come out of it. */
public enum WorkloadKind {
  TEST_DFSIO(Group.DFSIO, "TestDFSIO"),
  SEQUENTIAL_WRITE(Group.DFSIO, "sequential writes"),
  SEQUENTIAL_READ(Group.DFSIO, "sequential reads"),
  VECTORED_READ(Group.DFSIO, "vectored reads"),
  POSITIONAL_READ(Group.DFSIO, "positional reads"),
  FLUSH(Group.DFSIO, "hflush and hsync"),
  META_1(Group.META, "names, 1 thread"),
  META_8(Group.META, "names, 8 threads"),
  META_32(Group.META, "names, 32 threads"),
  SMALL_FILES(Group.SMALL, "4 KiB files"),
  FAILOVER_CRASH(Group.FAILOVER, "the server is killed"),
  FAILOVER_PLANNED(Group.FAILOVER, "the server hands over");

  private final Group group;
  private final String title;

  WorkloadKind(Group group, String title) {
    this.group = group;
    this.title = title;
  }

  /** The workloads of some groups, in the order in which they run. */
  public static List<WorkloadKind> of(List<Group> groups) {
    return Stream.of(values()).filter(kind -> groups.contains(kind.group)).toList();
  }

  /** What servers it needs. */
  public Lineup lineup() {
    return group.lineup();
  }

  /** For people. */
  public String title() {
    return title;
  }

  /** What comes out of it; every run tells each of them, or why it has none. */
  public List<Metric> metrics() {
    return switch (this) {
      case TEST_DFSIO -> metrics(MB_PER_SECOND, "dfsio.write", "dfsio.read");
      case SEQUENTIAL_WRITE -> metrics(MB_PER_SECOND, "seq.write", "seq.write.4k");
      case SEQUENTIAL_READ -> metrics(MB_PER_SECOND, "seq.read", "seq.read.bytebuffer");
      case VECTORED_READ -> metrics(MB_PER_SECOND, "vectored16x64k");
      case POSITIONAL_READ ->
          metrics(OPERATIONS_PER_SECOND, "pread4k.1", "pread4k.8", "pread64k.1", "pread64k.8");
      case FLUSH -> metrics(MICROSECONDS, "hflush.p50", "hsync.p50");
      case META_1 -> names(1);
      case META_8 -> names(8);
      case META_32 -> names(32);
      case SMALL_FILES -> metrics(FILES_PER_SECOND, "small.create4k", "small.read4k");
      case FAILOVER_CRASH -> metrics(SECONDS, Happening.CRASH.metric());
      case FAILOVER_PLANNED -> metrics(SECONDS, Happening.PLANNED.metric());
    };
  }

  private static List<Metric> metrics(Unit unit, String... names) {
    return Stream.of(names).map(name -> new Metric(name, unit)).toList();
  }

  private static List<Metric> names(int threads) {
    List<Metric> metrics = new ArrayList<>();
    for (String operation :
        List.of("create", "mkdirs", "stat", "open", "rename", "delete", "list1000")) {
      metrics.add(new Metric("meta." + operation + "." + threads, OPERATIONS_PER_SECOND));
    }
    if (threads == 1) {
      metrics.addAll(
          metrics(OPERATIONS_PER_SECOND, "meta.restat.cached.1", "meta.reopen.cached.1"));
    }
    return List.copyOf(metrics);
  }
}
