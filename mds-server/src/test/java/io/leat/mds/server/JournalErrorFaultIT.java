package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.LeatClient;
import io.leat.volume.FaultPolicy;
import io.leat.wire.CapturedLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.log4j.Level;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The journal fails under a virtual server that serves: the term ends without an answer to what was
 * under way, clients wait, go on with the next term and see no error, and in the end there is
 * exactly what was acknowledged, each change made once.
 */
class JournalErrorFaultIT {

  private static final int WORKERS = 3;
  private static final int ROUNDS = 2;

  /** Files that are made between what is done to the journal. */
  private static final int FILES = 30;

  /** What fails; the comment says what the device holds afterwards. */
  private enum Failure {
    /** Nothing of the batch. */
    WRITE,
    /** A part of the batch. */
    TORN_WRITE,
    /** All of the batch. */
    FLUSH,
    /** All of the batch, durably; but whether the term is still the newest cannot be told. */
    EPOCH_READ;

    private void begin(FaultyArea area) {
      switch (this) {
        case WRITE -> area.setSegmentPolicy(FaultPolicy.NONE.withWriteFailures(1, 0, 0));
        case TORN_WRITE -> area.setSegmentPolicy(FaultPolicy.NONE.withWriteFailures(0, 1, 0));
        case FLUSH -> area.setSegmentPolicy(FaultPolicy.NONE.withFlushFailure(1));
        case EPOCH_READ -> area.setEpochPolicy(FaultPolicy.NONE.withReadFailure(1));
      }
    }
  }

  @TempDir Path directory;

  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private FaultyArea area;
  private volatile boolean stopped;

  @ParameterizedTest
  @EnumSource
  void shouldEndTheTermAndLoseNothing(Failure failure) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try (CapturedLog log = new CapturedLog("io.leat.mds.server");
        FaultCell cell = new FaultCell(directory)) {
      cell.start(
          FaultCell.NEVER_BYTES, opened -> area = new FaultyArea(opened, cell.metadata(), 1));
      try (LeatClient client = cell.client()) {
        TestFiles files = new TestFiles(client);
        List<Future<?>> working = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
          String name = "worker-" + i;
          working.add(workers.submit(() -> files.makeUntil(() -> stopped, name, acknowledged)));
        }
        for (int round = 1; round <= ROUNDS; round++) {
          failOnce(failure, log);
        }
        stopped = true;
        for (Future<?> worker : working) {
          worker.get();
        }
        files.requireExactly(acknowledged);
      }
      cell.stop();
      cell.removeImage();
      cell.start();
      try (LeatClient client = cell.client()) {
        new TestFiles(client).requireExactly(acknowledged);
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private void failOnce(Failure failure, CapturedLog log) {
    awaitFiles();
    int endedBefore = log.lines(Level.ERROR, "; trying again in").size();
    int servedBefore = log.lines(Level.INFO, "serving under epoch").size();
    failure.begin(area);
    FaultCell.await(
        "the term ends, and so does the attempt to begin another",
        () -> log.lines(Level.ERROR, "; trying again in").size() > endedBefore + 1);
    assertEquals(servedBefore, log.lines(Level.INFO, "serving under epoch").size());
    area.setSegmentPolicy(FaultPolicy.NONE);
    area.setEpochPolicy(FaultPolicy.NONE);
    awaitFiles();
    assertTrue(log.lines(Level.INFO, "serving under epoch").size() > servedBefore);
  }

  private void awaitFiles() {
    int enough = acknowledged.size() + FILES;
    FaultCell.await("files are made", () -> acknowledged.size() >= enough);
  }
}
