package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.LeatClient;
import io.leat.wire.CapturedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No room for a checkpoint: requests are served until the ring of the journal is full, then wait,
 * and go on when there is room again. Both places lead to {@code /dev/full}, where every write is
 * refused as by a full disk.
 */
class CheckpointRoomFaultIT {

  /** Half of what the ring takes; a batch takes a block more than its attribute. */
  private static final int SERVED_MIN =
      FaultCell.SEGMENTS * FaultCell.SEGMENT_BYTES / (2 * (TestAttributes.VALUE_BYTES + (8 << 10)));

  @TempDir Path directory;

  private final TestAttributes attributes = new TestAttributes();
  private volatile boolean stopped;

  @Test
  void shouldWaitWhenTheRingIsFullAndGoOnWhenThereIsRoom() throws Exception {
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try (CapturedLog log = new CapturedLog("io.leat.mds");
        FaultCell cell = new FaultCell(directory)) {
      Path[] places = {
        cell.metadata().resolve("lane-00-checkpoint-a"),
        cell.metadata().resolve("lane-00-checkpoint-b")
      };
      for (Path place : places) {
        Files.createSymbolicLink(place, Path.of("/dev/full"));
      }
      cell.start(FaultCell.SEGMENT_BYTES, UnaryOperator.identity());
      try (LeatClient client = cell.client()) {
        Future<?> working = worker.submit(() -> write(client));
        FaultCell.await(
            "the term ends", () -> !log.lines(Level.ERROR, "; trying again in").isEmpty());
        requireWarning(log, "no new checkpoint could be made", "No space left on device");
        requireWarning(log, "requests wait for a checkpoint", "has all 8 segments");
        assertTrue(
            attributes.writes() >= SERVED_MIN,
            "served while there was room: " + attributes.writes());
        for (Path place : places) {
          Files.delete(place);
        }
        int before = attributes.writes();
        FaultCell.await("goes on", () -> attributes.writes() > before + SERVED_MIN);
        stopped = true;
        working.get();
        attributes.requireAll(client);
      }
      cell.stop();
      cell.removeImage();
      cell.start();
      try (LeatClient client = cell.client()) {
        attributes.requireAll(client);
      }
    } finally {
      worker.shutdownNow();
    }
  }

  private static void requireWarning(CapturedLog log, String what, String why) {
    assertTrue(
        log.lines(Level.WARN, what).stream().anyMatch(line -> line.contains(why)),
        () -> log.lines(Level.WARN, "").toString());
  }

  /** One attribute again and again: the journal grows, the image hardly. */
  private Void write(LeatClient client) throws IOException {
    for (int i = 0; !stopped; i++) {
      attributes.write(client, 0, i);
    }
    return null;
  }
}
