package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server (-9) at random moments under load from several client processes: everything
 * acknowledged is there in the end, nothing else is, and no application sees an error. {@code
 * dev/kill-server} runs it with more kills.
 */
class KillServerIT {

  private static final int KILLS = Integer.getInteger("leat.test.kills", 10);
  private static final int CLIENTS = 3;
  private static final int CALM_MILLIS_MAX = 1_500;

  @TempDir Path directory;

  private final List<Process> clients = new ArrayList<>();
  private BackgroundCell cell;

  @AfterEach
  void stop() throws Exception {
    for (Process client : clients) {
      client.destroyForcibly().waitFor();
    }
    if (cell != null) {
      cell.stop();
    }
  }

  @Test
  void shouldLoseNothingAcknowledged() throws Exception {
    long seed = Long.getLong("leat.test.seed", System.nanoTime());
    System.out.println("KillServerIT: -Dleat.test.seed=" + seed + " -Dleat.test.kills=" + KILLS);
    Random random = new Random(seed);
    cell = new BackgroundCell(new CellLayout(directory));
    RunFile run = cell.start(Map.of("leat.volume.size", "1g"));
    List<BufferedReader> outputs = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      outputs.add(client(run.addresses(), "/tmp/kill-" + i, seed + i));
    }
    for (BufferedReader output : outputs) {
      assertEquals("READY", output.readLine());
    }
    for (int kill = 0; kill < KILLS; kill++) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(CALM_MILLIS_MAX));
      killServer();
      cell.start(Map.of());
    }
    verify(outputs, seed);
  }

  private void killServer() throws Exception {
    ProcessHandle server = cell.running().orElseThrow().process().orElseThrow();
    server.destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);
  }

  private BufferedReader client(List<String> addresses, String home, long seed) throws IOException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                WorkloadMain.class.getName(),
                String.join(",", addresses),
                home,
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    clients.add(process);
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private void verify(List<BufferedReader> outputs, long seed) throws IOException {
    long operations = 0;
    long slow = 0;
    for (int i = 0; i < CLIENTS; i++) {
      clients.get(i).getOutputStream().write('\n');
      clients.get(i).getOutputStream().flush();
      String[] result = String.valueOf(outputs.get(i).readLine()).split(" ", -1);
      assertEquals("DONE", result[0], "client " + i + " failed, see above; seed " + seed);
      operations += Long.parseLong(result[1]);
      slow += Long.parseLong(result[2]);
    }
    System.out.printf(
        "KillServerIT: %d kills, %d operations, %d of them in flight during a kill%n",
        KILLS, operations, slow);
    assertTrue(slow >= KILLS, "kills have to meet requests in flight");
  }
}
