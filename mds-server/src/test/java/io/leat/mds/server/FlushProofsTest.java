package io.leat.mds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Settings;
import io.leat.mds.core.Time;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.model.Extent;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.MemoryDevice;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a start after a crash of the host finds out about flushes that the crash met. */
class FlushProofsTest {

  private static final int BLOCK = Volume.BLOCK_SIZE;
  private static final UUID VOLUME = new UUID(1, 1);
  private static final long FILE = 100;
  private static final int FLUSHED = 1_000;
  private static final int SIZE = 3 * BLOCK + 50;

  private final MemoryMetadataArea.Storage storage =
      new MemoryMetadataArea.Storage(
          new AreaIdentity(new UUID(4, 4), "vs1", 2, 4 << 20, 4), UnaryOperator.identity());
  private final FaultyDevice device =
      new FaultyDevice(new MemoryDevice(1 << 20), FaultPolicy.NONE, new Random(1));
  private final byte[] bytes = new byte[SIZE];
  private final Image image = new MemoryImage();
  private Volume volume;
  private MemoryMetadataArea area;

  @BeforeEach
  void format() throws IOException {
    new Random(2).nextBytes(bytes);
    var unused = Volumes.format(device, "memory", VOLUME, "main");
    volume = Volumes.open(device, "memory", VOLUME);
    begin("one", namespace -> proved(namespace, FILE, "a"));
    volume.write(4L * BLOCK, ByteBuffer.wrap(bytes, 0, BLOCK));
    volume.write(9L * BLOCK, ByteBuffer.wrap(bytes, BLOCK, SIZE - BLOCK));
  }

  @AfterEach
  void close() throws IOException {
    volume.close();
  }

  /** A term in a boot of the host. */
  private void begin(String boot, Consumer<NamespaceWriter> change) throws IOException {
    area = new MemoryMetadataArea(storage);
    area.acquireLane(0);
    Settings settings = settings();
    new Recovery(start(boot), settings::epoch, ofEpoch -> settings, Optional.empty()).run().close();
    CheckpointStore checkpoints = new CheckpointStore(area);
    ImageRecovery recovery = new ImageRecovery("vs1", image, checkpoints, 0);
    long epoch = new EpochBlocks(area).highest() + 1;
    Activated activated =
        new JournalActivation(area, 0, epoch, "mds", recovery).run(Optional.empty());
    try (Journal journal = activated.journal()) {
      Term.write(image, journal, change);
    }
    area.close();
  }

  private Settings settings() throws IOException {
    long epoch = new EpochBlocks(area).highest() + 1;
    return new Settings("vs1", "mds", "h:1", epoch, 20_000, 64, 0, List.of());
  }

  private TermStart start(String boot) {
    return new TermStart(
        "vs1",
        "mds",
        area,
        0,
        image,
        new CheckpointStore(area),
        new TermStart.Checkpoints(1 << 30, false),
        boot,
        volume,
        "root",
        "root",
        () -> new Time(1_700_000_000_000L, 1_000));
  }

  /** A file in two places of the volume, with a proof for its last bytes. */
  private void proved(NamespaceWriter namespace, long id, String name) {
    InodeRecord.Builder inode = InodeRecord.newBuilder().setFileId(id).setSize(SIZE).setMode(0644);
    CRC32C crc = new CRC32C();
    crc.update(bytes, FLUSHED, SIZE - FLUSHED);
    SyncedBytes.proved(namespace, inode, FLUSHED, SIZE, (int) crc.getValue());
    Node unused = namespace.add(namespace.root(), name, inode.build());
    namespace.append(id, Extent.written(0, 0, 4, BLOCK));
    namespace.append(id, Extent.written(BLOCK, 0, 9, SIZE - BLOCK));
  }

  private OptionalLong lostFrom(long id) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      Namespace namespace = new Namespace(snapshot);
      return SyncedBytes.lostFrom(namespace, namespace.byId(id).orElseThrow().inode());
    }
  }

  private boolean checked() {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return new Namespace(snapshot).currentBoot().getProofsChecked();
    }
  }

  private static void nothing(NamespaceWriter namespace) {}

  @Test
  void shouldKeepWhatIsThereAsItWasCommitted() throws IOException {
    begin("two", FlushProofsTest::nothing);
    assertEquals(OptionalLong.empty(), lostFrom(FILE));
    assertTrue(checked());
  }

  @Test
  void shouldRefuseWhatIsNot() throws IOException {
    volume.write(9L * BLOCK + 7, ByteBuffer.wrap(new byte[] {(byte) ~bytes[BLOCK + 7]}));
    begin("two", FlushProofsTest::nothing);
    assertEquals(OptionalLong.of(FLUSHED), lostFrom(FILE));
    volume.write(9L * BLOCK + 7, ByteBuffer.wrap(bytes, BLOCK + 7, 1));
    begin("three", FlushProofsTest::nothing);
    assertEquals(OptionalLong.of(FLUSHED), lostFrom(FILE), "once refused, always refused");
  }

  @Test
  void shouldNotLookAtBytesBeforeAndBehind() throws IOException {
    volume.write(4L * BLOCK + FLUSHED - 1, ByteBuffer.wrap(new byte[] {1}));
    volume.write(9L * BLOCK + SIZE - BLOCK, ByteBuffer.wrap(new byte[] {1}));
    begin("two", FlushProofsTest::nothing);
    assertEquals(OptionalLong.empty(), lostFrom(FILE));
  }

  @Test
  void shouldLookOnlyAfterACrashOfTheHost() throws IOException {
    device.setPolicy(FaultPolicy.NONE.withReadFailure(1));
    begin("one", FlushProofsTest::nothing);
    assertEquals(OptionalLong.empty(), lostFrom(FILE));
  }

  @Test
  void shouldLookAgainWhenItCouldNotRead() throws IOException {
    device.setPolicy(FaultPolicy.NONE.withReadFailure(1));
    begin("two", FlushProofsTest::nothing);
    assertEquals(OptionalLong.of(FLUSHED), lostFrom(FILE), "refused meanwhile");
    assertFalse(checked());
    device.setPolicy(FaultPolicy.NONE);
    begin("two", FlushProofsTest::nothing);
    assertEquals(OptionalLong.empty(), lostFrom(FILE));
    assertTrue(checked());
  }

  @Test
  void shouldLookAtManyFiles() throws IOException {
    int files = 2_500;
    begin(
        "one",
        namespace -> {
          for (int i = 1; i < files; i++) {
            proved(namespace, FILE + i, "a" + i);
          }
        });
    begin("two", FlushProofsTest::nothing);
    for (int i = 0; i < files; i++) {
      assertEquals(OptionalLong.empty(), lostFrom(FILE + i));
    }
  }
}
