package io.leat.benchmarks.system;

import io.leat.benchmarks.measure.Lineup;
import io.leat.benchmarks.system.LeatSystem.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The file systems that can be compared, by name. A further one joins here. */
public final class Systems {
  /** The one that the others are compared with. */
  public static final String LEAT = "leat";

  private static final String HDFS = "hdfs";
  private static final String SHORT_CIRCUIT = "hdfs-scr";
  private static final String LOCAL = "file";

  private static final Map<String, Supplier<SystemUnderTest>> FACTORIES = new LinkedHashMap<>();

  private static final Map<String, Supplier<ServerPair>> PAIRS =
      Map.of(LEAT, LeatPair::new, HDFS, HdfsPair::new);

  static {
    FACTORIES.put(LEAT, () -> new LeatSystem(Kind.PREWRITTEN));
    FACTORIES.put("leat-fresh", () -> new LeatSystem(Kind.FRESH));
    FACTORIES.put("leat-direct", () -> new LeatSystem(Kind.DIRECT));
    FACTORIES.put(HDFS, () -> new HdfsSystem(Optional.empty()));
    FACTORIES.put(SHORT_CIRCUIT, () -> new HdfsSystem(NativeLibrary.find()));
    FACTORIES.put(LOCAL, LocalSystem::new);
  }

  /** Those that are measured when nobody says which. */
  public static final List<String> DEFAULT = List.of(LEAT, HDFS, SHORT_CIRCUIT, LOCAL);

  private Systems() {}

  /** Every name. */
  public static List<String> names() {
    return List.copyOf(FACTORIES.keySet());
  }

  /** Why this machine cannot run it; empty when it can. */
  public static Optional<String> missing(String name) {
    return SHORT_CIRCUIT.equals(name) && NativeLibrary.find().isEmpty()
        ? Optional.of("there is no " + NativeLibrary.FILE + " here; set HADOOP_HOME to a Hadoop")
        : Optional.empty();
  }

  /** Whether it can be measured with such servers. */
  public static boolean has(String name, Lineup lineup) {
    return lineup == Lineup.SINGLE || PAIRS.containsKey(name);
  }

  /** Makes it; nothing is started yet. */
  public static SystemUnderTest make(String name, Lineup lineup) {
    return lineup == Lineup.SINGLE ? FACTORIES.get(name).get() : PAIRS.get(name).get();
  }
}
