package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.client.LeatClient;
import io.leat.mds.cli.Leat;
import io.leat.mds.journal.AreaPaths;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.MirroredArea;
import io.leat.mds.journal.MirroredArea.Member;
import io.leat.volume.FaultPolicy;
import io.leat.wire.CapturedLog;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.apache.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A virtual server with three metadata devices, of which one fails under load, comes back, and
 * another one fails: it serves on in the same term, {@code leat status} says what to do, and what
 * was acknowledged is there. When two fail it stops, and goes on when they are back. One that is
 * lost for good is replaced under load.
 */
class MetadataDevicesFaultIT {

  private static final int DEVICES = 3;
  private static final int WORKERS = 2;

  /** Files that are made between what is done to the devices. */
  private static final int FILES = 30;

  /** So that rejoining devices find journals that have gone round. */
  private static final long CHECKPOINT_BYTES = FaultCell.SEGMENT_BYTES / 2;

  /** Of a file system, and of what stands there beside the area: it has room for some segments. */
  private static final int SMALL_BYTES = 24 << 20;

  private static final int FILLER_BYTES = SMALL_BYTES - 3 * FaultCell.SEGMENT_BYTES;

  /** What fails on a device. */
  private enum Failure {
    WRITE,
    TORN_WRITE,
    FLUSH,
    EVERYTHING;

    private FaultPolicy policy() {
      return switch (this) {
        case WRITE -> FaultPolicy.NONE.withWriteFailures(1, 0, 0);
        case TORN_WRITE -> FaultPolicy.NONE.withWriteFailures(0, 1, 0);
        case FLUSH -> FaultPolicy.NONE.withFlushFailure(1);
        case EVERYTHING -> FaultPolicy.NONE.withFailureAfter(0);
      };
    }
  }

  /** A device that fails when it is told to, however often it is opened. */
  private static final class BrittleDevice {
    private final Path path;
    private FaultPolicy policy = FaultPolicy.NONE;
    private FaultyArea opened;

    BrittleDevice(Path path) {
      this.path = path;
    }

    synchronized MetadataArea open() throws IOException {
      opened = new FaultyArea(FileMetadataArea.open(path, FaultCell.NAME), path, 1);
      opened.setPolicy(policy);
      return opened;
    }

    synchronized void set(FaultPolicy newPolicy) {
      policy = newPolicy;
      opened.setPolicy(newPolicy);
    }
  }

  @TempDir Path directory;

  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
  private final List<BrittleDevice> devices = new ArrayList<>();
  private final List<Future<?>> working = new ArrayList<>();
  private CapturedLog log;
  private FaultCell cell;

  /** As it was opened, and is not used. */
  private MetadataArea sound;

  private volatile boolean stopped;

  @BeforeEach
  void makeCell() throws IOException {
    for (int i = 1; i <= DEVICES; i++) {
      devices.add(new BrittleDevice(directory.resolve("device-" + i)));
    }
    log = new CapturedLog("io.leat.mds");
    cell = new FaultCell(directory, directories());
  }

  private AreaPaths directories() {
    return new AreaPaths(devices.stream().map(device -> device.path).toList(), false);
  }

  @AfterEach
  void close() throws IOException {
    stopped = true;
    workers.shutdownNow();
    cell.close();
    log.close();
    if (sound != null) {
      sound.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeOnWithoutADevice(Failure failure) throws Exception {
    cell.start(CHECKPOINT_BYTES, this::brittle);
    try (LeatClient client = cell.client()) {
      begin(client);
      for (BrittleDevice device : devices) {
        device.set(failure.policy());
        awaitStatus("goes on without the metadata device " + device.path);
        assertEquals(1, status().code);
        awaitFiles();
        device.set(FaultPolicy.NONE);
        awaitInSync();
        awaitFiles();
      }
      assertEquals(List.of(), log.lines(Level.ERROR, "; trying again in"), "it is one term");
      finish(client);
    }
    requireAllWithout(devices.get(0));
  }

  @Test
  void shouldStopWithoutTwoDevicesAndGoOnWithThem() throws Exception {
    cell.start(CHECKPOINT_BYTES, this::brittle);
    try (LeatClient client = cell.client()) {
      begin(client);
      awaitFiles();
      devices.get(0).set(Failure.EVERYTHING.policy());
      devices.get(2).set(Failure.EVERYTHING.policy());
      FaultCell.await(
          "the term ends, and no other begins",
          () -> log.lines(Level.ERROR, "; trying again in").size() > 1);
      awaitStatus("has no owner now");
      devices.get(0).set(FaultPolicy.NONE);
      devices.get(2).set(FaultPolicy.NONE);
      awaitFiles();
      awaitInSync();
      finish(client);
    }
    requireAllWithout(devices.get(1));
  }

  /** One device is a file system of its own, on which a segment has no room. */
  @Test
  void shouldServeOnWhenADeviceIsFull() throws Exception {
    Path full = devices.get(1).path;
    cell.close();
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + SMALL_BYTES, "tmpfs", full.toString()),
        "SKIPPED: a full file system needs 'mount', which is not permitted here");
    try {
      cell = new FaultCell(Files.createDirectory(directory.resolve("again")), directories());
      serveOnWhenFull(full.resolve("filler"));
    } finally {
      cell.close();
      assertTrue(run("umount", "-l", full.toString()));
    }
  }

  private void serveOnWhenFull(Path filler) throws Exception {
    cell.start(CHECKPOINT_BYTES, UnaryOperator.identity());
    try (LeatClient client = cell.client()) {
      Files.write(filler, new byte[FILLER_BYTES]);
      begin(client);
      awaitStatus("No space left on device");
      awaitFiles();
      Files.delete(filler);
      awaitInSync();
      assertEquals(List.of(), log.lines(Level.ERROR, "; trying again in"), "it is one term");
      finish(client);
    }
  }

  /** The lost one is back in its place in the end, and nothing of it counts. */
  @Test
  void shouldServeOnWhileADeviceIsReplaced() throws Exception {
    Path place = devices.get(1).path;
    Path lost = directory.resolve("lost");
    cell.start(CHECKPOINT_BYTES, UnaryOperator.identity());
    try (LeatClient client = cell.client()) {
      begin(client);
      Files.move(place, lost);
      awaitStatus("goes on without the metadata device " + place);
      Status missing = replace(place);
      assertEquals(1, missing.code, missing.text);
      assertTrue(missing.text.contains("make it on the new device first"), missing.text);
      Files.createDirectory(place);
      awaitFiles();
      Status replaced = replace(place);
      assertEquals(0, replaced.code, replaced.text);
      assertTrue(replaced.text.contains("in sync"), replaced.text);
      awaitFiles();
      assertEquals(List.of(), log.lines(Level.ERROR, "; trying again in"), "it is one term");
      Status again = replace(place);
      assertEquals(1, again.code);
      assertTrue(again.text.contains("it is not empty"), again.text);
      finish(client);
    }
    requireAllWithout(devices.get(0));
    cell.stop();
    Files.move(directory.resolve("gone"), devices.get(0).path);
    cell.start();
    awaitInSync();
    cell.stop();
    Files.move(place, directory.resolve("successor"));
    Files.move(lost, place);
    cell.start();
    awaitStatus("has been replaced; nothing of it counts any more");
    try (LeatClient client = cell.client()) {
      new TestFiles(client).requireExactly(acknowledged);
    }
  }

  private Status replace(Path place) {
    return command(
        "vs",
        "replace-device",
        FaultCell.NAME,
        "--path",
        place.toString(),
        "--mds",
        cell.address());
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  private MetadataArea brittle(MetadataArea opened) {
    try {
      sound = opened;
      return MirroredArea.open(
          devices.stream().map(one -> new Member(one.path.toString(), one::open)).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- load -----------------------------------------------------------------------------------

  private void begin(LeatClient client) {
    TestFiles files = new TestFiles(client);
    for (int i = 0; i < WORKERS; i++) {
      String name = "worker-" + i;
      working.add(workers.submit(() -> files.makeUntil(() -> stopped, name, acknowledged)));
    }
    awaitFiles();
  }

  private void awaitFiles() {
    int enough = acknowledged.size() + FILES;
    FaultCell.await("files are made", () -> acknowledged.size() >= enough);
  }

  private void finish(LeatClient client) throws Exception {
    stopped = true;
    for (Future<?> worker : working) {
      worker.get();
    }
    new TestFiles(client).requireExactly(acknowledged);
  }

  /** Without image, and with one device gone for good. */
  private void requireAllWithout(BrittleDevice gone) throws IOException {
    cell.stop();
    cell.removeImage();
    Files.move(gone.path, directory.resolve("gone"));
    cell.start();
    try (LeatClient client = cell.client()) {
      new TestFiles(client).requireExactly(acknowledged);
      new TestFiles(client).write("after");
      acknowledged.add("after");
    }
    awaitStatus("goes on without the metadata device " + gone.path);
  }

  // ---- status ---------------------------------------------------------------------------------

  private record Status(int code, String text) {}

  private Status status() {
    return command("status", "--mds", cell.address());
  }

  private static Status command(String... words) {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    int code = Leat.commandLine().setOut(printer).setErr(printer).execute(words);
    return new Status(code, out.toString());
  }

  private void awaitStatus(String text) {
    FaultCell.await("status: " + text, () -> status().text.contains(text));
  }

  private void awaitInSync() {
    FaultCell.await("all devices are in sync: " + status().text, () -> status().code == 0);
    assertTrue(status().text.contains("All virtual servers are served"), status().text);
  }
}
