package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.ClientConfig;
import io.leat.client.LeatClient;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.cli.ServerQuery;
import io.leat.wire.proto.VirtualServerDescription;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many client engines in a few processes hold files open: what that costs the server in memory, and
 * whether grants and revocations are slower where twenty times as many are held. {@code
 * dev/open-files} runs it with a million.
 */
class ManyOpenFilesIT {

  private static final int PROCESSES = Integer.getInteger("leat.test.open.processes", 2);
  private static final int ENGINES = Integer.getInteger("leat.test.open.engines", 20);
  private static final int FEW = Integer.getInteger("leat.test.open.few", 1_000);
  private static final int MANY = Integer.getInteger("leat.test.open.many", 10_000);

  /** Opened and closed again by each engine for each measurement. */
  private static final int MEASURED = 50;

  private static final int ROUNDS = 5;

  /** Appended to while all engines hold them. */
  private static final int REVOKED = 20;

  private static final int GRANT_BYTES_MAX = 200;

  /** With fewer open files than this the clients' warm-up decides. */
  private static final int JUDGED_MIN = 1_000_000;

  private static final double APART_MAX = 1.3;

  @TempDir Path directory;

  private final List<Engines> processes = new ArrayList<>();
  private BackgroundCell cell;
  private LeatClient client;
  private TestFiles files;
  private String address;

  /** Medians. */
  private record Rates(double grantsPerSecond, double revocationsPerSecond, double appendMicros) {}

  @AfterEach
  void stop() throws Exception {
    for (Engines engines : processes) {
      engines.process.destroyForcibly().waitFor();
    }
    if (client != null) {
      client.close();
    }
    if (cell != null) {
      cell.stop();
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void shouldHoldMillionsAsFastAsThousands() throws Exception {
    cell = new BackgroundCell(new CellLayout(directory));
    List<String> addresses =
        cell.start(Map.of("leat.volume.size", "256m", "leat.client.lease", "60s")).addresses();
    address = addresses.get(0);
    client = LeatClient.connect(ClientConfig.of(addresses), "demo");
    files = new TestFiles(client);
    int each = MANY / ENGINES;
    for (int file = 0; file < each + MEASURED; file++) {
      files.create("f" + file).close();
    }
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(new Engines(address, ENGINES / PROCESSES));
    }
    for (Engines engines : processes) {
      assertEquals("OK", engines.output.readLine());
    }
    all("open 0 " + FEW / ENGINES);
    double fewBytes = bytesOfGrant();
    warmUp(each);
    Rates few = measure(each);
    all("open " + FEW / ENGINES + " " + each);
    Rates many = measure(each);
    double manyBytes = bytesOfGrant();
    report(FEW, few, fewBytes);
    report(MANY, many, manyBytes);
    if (MANY >= JUDGED_MIN) {
      assertTrue(manyBytes < GRANT_BYTES_MAX, manyBytes + " bytes for each open file");
      requireAlike("grants", few.grantsPerSecond, many.grantsPerSecond);
      requireAlike("revocations", few.revocationsPerSecond, many.revocationsPerSecond);
    }
  }

  /** As many opens as are held in the end, so that it is the held files alone that differ. */
  private void warmUp(int each) throws IOException {
    all("open " + FEW / ENGINES + " " + each);
    measure(each);
    all("close " + (each - FEW / ENGINES));
    measure(each);
  }

  private static void requireAlike(String what, double few, double many) {
    assertTrue(few < APART_MAX * many, what + " are slower with many open files");
    assertTrue(many < APART_MAX * few, what + " were measured before all was warm");
  }

  private static void report(int open, Rates rates, double bytes) {
    System.out.printf(
        "ManyOpenFilesIT: %,d open files by %d engines in %d processes: %.0f grants, %.0f revocations a second, an append that revokes %d takes %.0f us, %.0f bytes of server memory for each%n",
        open,
        ENGINES,
        PROCESSES,
        rates.grantsPerSecond,
        rates.revocationsPerSecond,
        ENGINES,
        rates.appendMicros,
        bytes);
  }

  private Rates measure(int from) throws IOException {
    double[] grants = new double[ROUNDS];
    double[] revocations = new double[ROUNDS];
    double[] appends = new double[ROUNDS * REVOKED];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      all("open " + from + " " + (from + MEASURED));
      grants[round] = ENGINES * MEASURED * 1e9 / (System.nanoTime() - start);
      long revoking = System.nanoTime();
      for (int i = 0; i < REVOKED; i++) {
        long append = System.nanoTime();
        files.namespace().append(TestFiles.path("f" + (from + i))).close();
        appends[round * REVOKED + i] = (System.nanoTime() - append) / 1e3;
      }
      revocations[round] = ENGINES * REVOKED * 1e9 / (System.nanoTime() - revoking);
      all("close " + MEASURED);
    }
    return new Rates(median(grants), median(revocations), median(appends));
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private double bytesOfGrant() throws IOException {
    try (ServerQuery query = ServerQuery.connect(address)) {
      VirtualServerDescription described = query.virtualServer("demo");
      return (double) described.getServiceBytes() / described.getGrants();
    }
  }

  /** Every process does it, at the same time. */
  private void all(String command) throws IOException {
    processes.forEach(engines -> engines.input.println(command));
    for (Engines engines : processes) {
      assertEquals("OK", engines.output.readLine());
    }
  }

  /** A process with some engines. */
  private static final class Engines {
    private final Process process;
    private final PrintWriter input;
    private final BufferedReader output;

    Engines(String address, int engines) throws IOException {
      process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx2g",
                  "-cp",
                  System.getProperty("java.class.path").replace("\n", File.pathSeparator),
                  ManyOpenFilesMain.class.getName(),
                  address,
                  "demo",
                  "" + engines)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
      output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
