package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.hadoop.process.TimedCalls.LongCall;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server (-9) at random moments under load from several client processes: everything
 * acknowledged is there in the end, nothing else is, and no application sees an error.
 *
 * <p>Checkpoints are large and frequent here, and before about half of the kills it waits until one
 * is being written, so that many kills interrupt one. After about half of the kills the image is
 * removed too, so that the server has to start from a checkpoint. {@code dev/kill-server} runs it
 * with more kills, and then it is required that enough of them met requests and checkpoints.
 */
class KillServerIT {

  private static final int KILLS = Integer.getInteger("leat.test.kills", 4);
  private static final int CLIENTS = 3;
  private static final int CALM_MILLIS_MAX = 1_500;
  private static final int CHECKPOINT_AWAIT_MILLIS = 3_000;

  /** With fewer kills than this, chance may decide what they meet. */
  private static final int JUDGED_KILLS_MIN = 50;

  private static final int IN_FLIGHT_MIN = 30;
  private static final int IN_CHECKPOINT_MIN = 10;

  /**
   * One kill, in milliseconds of the host's clock.
   *
   * @param sent just before the signal was sent
   * @param gone when the process had ended
   */
  private record Kill(long sent, long gone, boolean inCheckpoint, boolean imageRemoved) {}

  @TempDir Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<WorkloadProcess> clients = new ArrayList<>();
  private final List<Kill> kills = new ArrayList<>();
  private CellLayout layout;
  private LastCheckpoint checkpoint;
  private BackgroundCell cell;

  @AfterEach
  void stop() throws Exception {
    for (WorkloadProcess client : clients) {
      client.close();
    }
    if (cell != null) {
      cell.stop();
    }
  }

  @Test
  void shouldLoseNothingAcknowledged() throws Exception {
    System.out.println("KillServerIT: -Dleat.test.seed=" + seed + " -Dleat.test.kills=" + KILLS);
    layout = new CellLayout(directory);
    checkpoint = new LastCheckpoint(layout);
    cell = new BackgroundCell(layout);
    long startMillis = System.currentTimeMillis();
    RunFile run = start();
    try (FileSystem fs = fileSystem(run.addresses())) {
      Ballast ballast = new Ballast(fs, seed);
      ballast.write();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new WorkloadProcess(run.addresses(), "/tmp/kill-" + i, seed + i));
      }
      for (WorkloadProcess client : clients) {
        client.awaitReady();
      }
      for (int i = 0; i < KILLS; i++) {
        kill(startMillis);
        startMillis = System.currentTimeMillis();
        start();
      }
      judge(finish());
      ballast.compare();
    }
  }

  private RunFile start() throws Exception {
    return cell.start(Map.of("leat.volume.size", "1g", "leat.checkpoint.journal.bytes", "1m"));
  }

  private static FileSystem fileSystem(List<String> addresses) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", addresses));
    conf.set("fs.defaultFS", "leat://demo/");
    return FileSystem.newInstance(conf);
  }

  private void kill(long startMillis) throws Exception {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(CALM_MILLIS_MAX));
    if (random.nextBoolean()) {
      checkpoint.awaitBegun(startMillis, CHECKPOINT_AWAIT_MILLIS);
    }
    ProcessHandle server = cell.running().orElseThrow().process().orElseThrow();
    long sent = System.currentTimeMillis();
    server.destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);
    long gone = System.currentTimeMillis();
    boolean removeImage = random.nextBoolean();
    if (removeImage) {
      removeImage();
    }
    kills.add(new Kill(sent, gone, checkpoint.isUnfinished(startMillis), removeImage));
  }

  private void removeImage() throws IOException {
    Path image = layout.root().resolve("virtual-servers/demo/image");
    try (var files = Files.newDirectoryStream(image, "*.mdb")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /** Lets the clients compare what they find with what was acknowledged; their long calls. */
  private List<LongCall> finish() throws IOException {
    long operations = 0;
    List<LongCall> longCalls = new ArrayList<>();
    for (WorkloadProcess client : clients) {
      WorkloadProcess.Result result = client.finish();
      operations += result.operations();
      longCalls.addAll(result.longCalls());
    }
    System.out.printf(
        "KillServerIT: %d operations of %d clients, each as acknowledged%n", operations, CLIENTS);
    return longCalls;
  }

  private void judge(List<LongCall> longCalls) throws IOException {
    long requests =
        kills.stream()
            .mapToLong(
                kill -> longCalls.stream().filter(c -> c.covers(kill.sent, kill.gone)).count())
            .sum();
    long inFlight =
        kills.stream()
            .filter(kill -> longCalls.stream().anyMatch(c -> c.covers(kill.sent, kill.gone)))
            .count();
    long inCheckpoint = kills.stream().filter(Kill::inCheckpoint).count();
    long imagesRemoved = kills.stream().filter(Kill::imageRemoved).count();
    System.out.printf(
        "KillServerIT: %d kills, %d with requests in flight (%d requests), %d during a checkpoint,"
            + " %d followed by a start without the image%n",
        KILLS, inFlight, requests, inCheckpoint, imagesRemoved);
    assertTrue(requests >= KILLS, "kills have to meet requests in flight");
    if (KILLS >= JUDGED_KILLS_MIN) {
      assertTrue(inFlight >= IN_FLIGHT_MIN, inFlight + " kills with requests in flight");
      assertTrue(inCheckpoint >= IN_CHECKPOINT_MIN, inCheckpoint + " kills during a checkpoint");
    }
  }
}
