package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.ClientConfig;
import io.leat.client.LeatClient;
import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that cannot grow: the kernel refuses the server's writes behind a limit, as a full disk
 * does, until the limit is lifted. The term ends, clients wait and go on without an error, and
 * nothing acknowledged is lost; neither from the journal alone, after a kill.
 */
class GrowthFaultIT {

  private static final long MIB = 1L << 20;
  private static final long VOLUME_BYTES = 64 * MIB;
  private static final int LANES = 4;
  private static final int SEGMENTS = 8;

  /** Attributes that are written between what is done to the server. */
  private static final int WRITES = 20;

  @TempDir Path directory;

  private final TestAttributes attributes = new TestAttributes();
  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private CellLayout layout;
  private BackgroundCell cell;
  private volatile boolean stopped;

  @BeforeEach
  void make() throws IOException {
    layout = new CellLayout(directory.resolve("cell"));
    layout.create();
    cell = new BackgroundCell(layout);
  }

  @AfterEach
  void stop() throws Exception {
    worker.shutdownNow();
    cell.stop();
  }

  @Test
  void shouldGoOnWhenASegmentCouldNotBeMadeForATime() throws Exception {
    makeArea(4 * MIB);
    try (LeatClient client = start()) {
      Future<?> working = worker.submit(() -> write(client, false));
      awaitWrites();
      limit(2 * MIB);
      awaitEndedTwice();
      requireLogged("could not be made");
      requireLogged("File too large");
      liftAndFinish(client, working);
    }
    requireAllFromJournal();
  }

  @Test
  void shouldGoOnWhenTheImageCouldNotGrowForATime() throws Exception {
    makeArea(2 * MIB);
    Path image = layout.root().resolve("virtual-servers/demo/image/data.mdb");
    try (LeatClient client = start()) {
      Future<?> working = worker.submit(() -> write(client, true));
      FaultCell.await("the image is larger than a segment", () -> size(image) > 3 * MIB);
      limit(size(image) + MIB);
      awaitEndedTwice();
      requireLogged("is there space on its file system?");
      liftAndFinish(client, working);
    }
    requireAllFromJournal();
  }

  /** Small segments, so that the limit strikes one kind of file and not the other. */
  private void makeArea(long segmentBytes) throws IOException {
    Path metadata = layout.root().resolve("virtual-servers/demo/metadata");
    Path volume = layout.root().resolve("volumes/demo.vol");
    Files.createDirectories(metadata);
    Files.createDirectories(volume.getParent());
    FileMetadataArea.create(
        metadata, new AreaIdentity(UUID.randomUUID(), "demo", LANES, (int) segmentBytes, SEGMENTS));
    Volumes.format(volume, UUID.randomUUID(), "demo", VOLUME_BYTES, false);
  }

  private LeatClient start() throws Exception {
    RunFile run = cell.start(Map.of());
    return LeatClient.connect(ClientConfig.of(run.addresses()), "demo");
  }

  /** One attribute again and again, so that the image stays small; or another one each time. */
  private Void write(LeatClient client, boolean growing) throws IOException {
    for (int i = 0; !stopped; i++) {
      attributes.write(client, growing ? i : 0, growing ? 0 : i);
    }
    return null;
  }

  private void awaitWrites() {
    int enough = attributes.writes() + WRITES;
    FaultCell.await("attributes are written", () -> attributes.writes() >= enough);
  }

  /** The term, and an attempt to begin another. */
  private void awaitEndedTwice() {
    FaultCell.await("the term ends", () -> serverLog().split("; trying again in", -1).length > 2);
  }

  private void requireLogged(String text) {
    assertTrue(serverLog().contains(text), text);
  }

  private String serverLog() {
    try {
      return Files.readString(layout.serverLog());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void liftAndFinish(LeatClient client, Future<?> working) throws Exception {
    setLimit("unlimited");
    awaitWrites();
    stopped = true;
    working.get();
    attributes.requireAll(client);
  }

  private void limit(long bytes) throws Exception {
    setLimit(Long.toString(bytes));
  }

  /** The soft limit of the server's files; lifting it again needs no privilege. */
  private void setLimit(String bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder(
                "prlimit",
                "--pid",
                Long.toString(server().pid()),
                "--fsize=" + bytes + ":unlimited")
            .inheritIO()
            .start();
    assertEquals(0, prlimit.waitFor(), "prlimit");
  }

  private ProcessHandle server() throws IOException {
    return cell.running().orElseThrow().process().orElseThrow();
  }

  private void requireAllFromJournal() throws Exception {
    ProcessHandle server = server();
    server.destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);
    Path image = layout.root().resolve("virtual-servers/demo/image");
    try (var files = Files.newDirectoryStream(image, "*.mdb")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    try (LeatClient client = start()) {
      attributes.requireAll(client);
    }
  }
}
