package io.leat.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leat.benchmarks.LeatScript.Result;
import io.leat.benchmarks.measure.Group;
import io.leat.benchmarks.measure.Lineup;
import io.leat.benchmarks.measure.Metric;
import io.leat.benchmarks.measure.WorkloadKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code leat bench}, with next to nothing to do. */
class BenchIT {
  private static final List<String> SYSTEMS = List.of("leat", "hdfs", "file");
  private static final long END_SECONDS_MAX = 60;

  @TempDir private Path directory;
  private Path data;
  private LeatScript leat;

  @BeforeEach
  void chooseDirectory() {
    data = directory.resolve("data");
    leat = new LeatScript(directory);
  }

  @Test
  void shouldMeasureEveryMetricOfEverySystem() throws Exception {
    Path json = directory.resolve("bench.json");
    Path html = directory.resolve("bench.html");

    Result bench =
        leat.run(
            "bench",
            "dfsio",
            "meta",
            "small",
            "--tiny",
            "--runs",
            "1",
            "--systems",
            String.join(",", SYSTEMS),
            "--data",
            data.toString(),
            "--json",
            json.toString(),
            "--html",
            html.toString());

    assertEquals(0, bench.code(), bench.output());
    JsonNode document = new ObjectMapper().readTree(json.toFile());
    assertEquals(expected(), positive(document.get("results"), "system"));
    assertEquals(expectedRatios(), positive(document.get("ratios"), "other"));
    assertTrue(bench.output().contains("seq.read.bytebuffer is left out for file"), bench.output());
    assertTrue(Files.readString(html).contains("<h2>meta.stat.32 "), html.toString());
    assertFalse(Files.exists(data), "the data is still there");
  }

  @Test
  void shouldMeasureFailover() throws Exception {
    Path json = directory.resolve("failover.json");

    Result bench =
        leat.run(
            "bench",
            "failover",
            "--tiny",
            "--runs",
            "1",
            "--systems",
            "leat,file",
            "--data",
            data.toString(),
            "--json",
            json.toString());

    assertEquals(0, bench.code(), bench.output());
    assertTrue(bench.output().contains("file is left out"), bench.output());
    JsonNode document = new ObjectMapper().readTree(json.toFile());
    assertEquals(
        Set.of("failover.crash leat", "failover.planned leat"),
        positive(document.get("results"), "system"));
    assertFalse(Files.exists(data), "the data is still there");
  }

  /** Of what needs no second server. */
  private static List<WorkloadKind> workloads() {
    return WorkloadKind.of(List.of(Group.values())).stream()
        .filter(workload -> workload.lineup() == Lineup.SINGLE)
        .toList();
  }

  private static Set<String> expected() {
    Set<String> expected = new HashSet<>();
    for (WorkloadKind workload : workloads()) {
      for (Metric metric : workload.metrics()) {
        SYSTEMS.forEach(system -> expected.add(metric.name() + " " + system));
      }
    }
    expected.remove("seq.read.bytebuffer file");
    return expected;
  }

  private static Set<String> expectedRatios() {
    Set<String> expected = expected();
    expected.removeIf(each -> each.endsWith(" leat"));
    return expected;
  }

  private static Set<String> positive(JsonNode list, String system) {
    Set<String> found = new HashSet<>();
    for (JsonNode each : list) {
      assertTrue(each.get("median").asDouble() > 0, each.toString());
      assertTrue(found.add(each.get("metric").asText() + " " + each.get(system).asText()));
    }
    return found;
  }

  @Test
  void shouldLeaveNothingBehindWhenItIsTerminated() throws Exception {
    Process bench =
        new ProcessBuilder(
                LeatScript.SCRIPT.toString(), "bench", "meta", "--tiny", "--data", data.toString())
            .redirectErrorStream(true)
            .start();
    awaitLine(bench, "warming up");
    List<ProcessHandle> children = bench.descendants().toList();
    assertTrue(children.size() >= 5, "servers and clients: " + children);

    bench.destroy();

    assertTrue(bench.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS));
    for (ProcessHandle child : children) {
      child.onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
    assertFalse(Files.exists(data.resolve("hdfs/servers")), "the data is still there");
  }

  private static void awaitLine(Process process, String text) throws IOException {
    BufferedReader reader = process.inputReader();
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = reader.read();
      if (next < 0) {
        throw new IOException("ended after: " + read);
      }
      read.append((char) next);
    }
  }

  @Test
  void shouldSayWhatIsWrongInOneLine() throws Exception {
    Result group = leat.run("bench", "metadata");
    assertEquals(2, group.code(), group.output());
    assertTrue(
        group.output().startsWith("there is no benchmark 'metadata'; there are dfsio, meta"),
        group.output());

    Result system = leat.run("bench", "meta", "--systems", "leat,s3a");
    assertEquals(2, system.code(), system.output());
    assertTrue(system.output().startsWith("there is no system 's3a'"), system.output());

    Files.createDirectories(data.resolve("somebody's"));
    Result busy = leat.run("bench", "meta", "--data", data.toString());
    assertEquals(1, busy.code(), busy.output());
    assertTrue(busy.output().contains(data + " is not empty"), busy.output());
  }
}
