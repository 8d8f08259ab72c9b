package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.cli.ChildServer;
import io.leat.mds.config.ConfigKey;
import io.leat.volume.LoopDevice;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Metadata and volume on block devices, and nothing else that three metadata servers would share:
 * they take over from each other under load as servers on three hosts do, by what stands on the
 * devices alone.
 */
class SharedDeviceIT {

  private static final int ROUNDS = Integer.getInteger("leat.test.takeovers", 1);
  private static final int SERVERS = 3;
  private static final int CLIENTS = 2;
  private static final int CALM_MILLIS_MAX = 500;

  /** Three times the detection time. */
  private static final int SLEEP_MILLIS = 3_000;

  /** Segments for eight servers, and checkpoints of an image of 28 MiB. */
  private static final long METADATA_BYTES = 1_200L << 20;

  private static final long VOLUME_BYTES = 1L << 30;
  private static final String METADATA = "metadata";

  /** With the servers' logs, which stay when something has failed. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<LoopDevice> loops = new ArrayList<>();
  private Path metadata;
  private Path volume;
  private ManyServers cell;

  @BeforeEach
  void makeDevices() throws IOException {
    System.out.println("SharedDeviceIT: -Dleat.test.seed=" + seed);
    metadata = device(METADATA, METADATA_BYTES);
    volume = device("volume", VOLUME_BYTES);
    Volumes.formatDevice(volume, UUID.randomUUID(), ManyServers.VIRTUAL_SERVER);
  }

  private void start(int servers) throws IOException {
    cell = ManyServers.withoutVirtualServer(directory, servers, settings());
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(LoadedCell.OWNERS_STAY);
    settings.put(ConfigKey.IMAGE_SIZE.template(), "1g");
    return settings;
  }

  private Path device(String name, long bytes) throws IOException {
    Path file = directory.resolve(name);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(bytes);
    }
    Optional<LoopDevice> loop = LoopDevice.attach(file);
    loop.ifPresent(loops::add);
    return loop.map(LoopDevice::path).orElse(file); // which is read and written past the cache too
  }

  @AfterEach
  void stop() throws Exception {
    if (cell != null) {
      cell.close();
    }
    for (LoopDevice loop : loops) {
      loop.close();
    }
  }

  private String leat(int expectedCode, String... words) {
    return ManyServers.leat(cell.servers().get(0), expectedCode, words);
  }

  private String create(int expectedCode, String name, String... more) {
    List<String> words =
        new ArrayList<>(List.of("vs", "create", name, "--metadata", "device:" + metadata));
    words.addAll(List.of("--volume", volume.toString(), "--journal-segment", "9m"));
    words.addAll(List.of(more));
    return leat(expectedCode, words.toArray(String[]::new));
  }

  @Test
  void shouldServeOnWhateverHappensToOwners() throws Exception {
    start(SERVERS);
    String made = create(0, ManyServers.VIRTUAL_SERVER, "--direct", "--drain", "2");
    assertTrue(made.contains("is owned by"), made);
    try (LoadedCell loaded = new LoadedCell(cell, CLIENTS, seed)) {
      letHappen(loaded, "killed", ChildServer::kill);
      letHappen(loaded, "stopped in order", ChildServer::stop);
      letHappen(
          loaded,
          "stood still for " + SLEEP_MILLIS + " ms",
          owner -> LoadedCell.standStill(owner, SLEEP_MILLIS));
      System.out.printf("SharedDeviceIT: %d operations, each as acknowledged%n", loaded.finish());
    }
  }

  private void letHappen(LoadedCell loaded, String what, LoadedCell.Event event) throws Exception {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      cell.awaitReady(cell.another().name());
      TimeUnit.MILLISECONDS.sleep(random.nextInt(CALM_MILLIS_MAX));
      pauses.add(LoadedCell.requireSoon(loaded.let(event)));
    }
    System.out.printf(
        "SharedDeviceIT: %d owners %s; a client waited, ms: %s%n", ROUNDS, what, pauses);
  }

  @Test
  void shouldComeUpInAnotherCellFromTheDeviceAlone() throws Exception {
    start(1);
    create(0, ManyServers.VIRTUAL_SERVER, "--direct", "--drain", "2");
    write("first");
    cell.close();
    // Other homes, and nothing is left of the name service's data.
    cell =
        ManyServers.withoutVirtualServer(
            Files.createDirectories(directory.resolve("another")), 1, settings());
    assertEquals(1, leat(0, "vs", "list").lines().count());
    create(0, ManyServers.VIRTUAL_SERVER, "--existing");
    write("second");
    assertEquals("first second", read("first") + " " + read("second"));
    String shown = leat(0, "vs", "show", ManyServers.VIRTUAL_SERVER);
    assertTrue(shown.contains("metadata        " + metadata), shown);
    assertEquals(List.of("SILENT", "OWNER", "FREE"), lanes().subList(0, 3), "lanes of homes");
    String own = leat(1, "vs", "lanes", ManyServers.VIRTUAL_SERVER, "--free", "1");
    assertTrue(own.contains("the server of lane 1 lives"), own);
    leat(0, "vs", "lanes", ManyServers.VIRTUAL_SERVER, "--free", "0");
    assertEquals(List.of("FREE", "OWNER", "FREE"), lanes().subList(0, 3));
  }

  private List<String> lanes() {
    return leat(0, "vs", "lanes", ManyServers.VIRTUAL_SERVER)
        .lines()
        .skip(1)
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  /** A snapshot of the device looks like one whose owner has gone. */
  @Test
  void shouldBeMadeOnABlankDeviceAndNotBeTakenOverOnACopyOfIt() throws Exception {
    start(1);
    requireRefused("add --direct", ManyServers.VIRTUAL_SERVER);
    String nowhere =
        leat(1, "vs", "create", "x", "--metadata", "device:/dev/leat-nothing", "--direct");
    assertTrue(nowhere.contains("/dev/leat-nothing"), nowhere);
    overwrite(0x53);
    requireRefused("not blank", ManyServers.VIRTUAL_SERVER, "--direct", "--drain", "2");
    overwrite(0);
    create(0, ManyServers.VIRTUAL_SERVER, "--direct", "--drain", "2", "--candidates", "mds1");
    OwnerRecord owner = cell.ownerRecord();
    Path copy = directory.resolve("copy");
    Files.copy(directory.resolve(METADATA), copy);
    cell.add(
        Map.of(
            ConfigKey.MDS_VIRTUAL_SERVERS.template(),
            ManyServers.VIRTUAL_SERVER,
            ConfigKey.VS_METADATA.of(ManyServers.VIRTUAL_SERVER),
            "device:" + copy,
            ConfigKey.VS_VOLUME.of(ManyServers.VIRTUAL_SERVER),
            volume.toString(),
            ConfigKey.VS_VOLUME_DIRECT.of(ManyServers.VIRTUAL_SERVER),
            "true",
            ConfigKey.VS_IMAGE_SIZE.of(ManyServers.VIRTUAL_SERVER),
            "16m"));
    cell.awaitLog("mds2", "that is another device, or a copy of it");
    write("on the right one");
    TimeUnit.MILLISECONDS.sleep(SLEEP_MILLIS);
    assertEquals(owner, cell.ownerRecord());
    assertEquals("on the right one", read("on the right one"));
  }

  private void write(String text) throws IOException {
    try (FileSystem fs = cell.fileSystem();
        FSDataOutputStream out = fs.create(new org.apache.hadoop.fs.Path("/tmp", text))) {
      out.writeUTF(text);
    }
  }

  private String read(String text) throws IOException {
    try (FileSystem fs = cell.fileSystem();
        FSDataInputStream in = fs.open(new org.apache.hadoop.fs.Path("/tmp", text))) {
      return in.readUTF();
    }
  }

  private void overwrite(int value) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(metadata.toFile(), "rw")) {
      file.seek(1_080);
      file.write(value);
    }
  }

  private void requireRefused(String why, String name, String... more) {
    String refused = create(1, name, more);
    assertTrue(refused.contains(why), refused);
  }
}
