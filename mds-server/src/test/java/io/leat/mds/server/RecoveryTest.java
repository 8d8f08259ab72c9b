package io.leat.mds.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.checkpoint.AppliedPosition;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.core.Time;
import io.leat.mds.image.Effects;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.journal.AreaIdentity;
import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.DamagedJournalException;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.ForwardingArea;
import io.leat.mds.journal.Journal;
import io.leat.mds.journal.JournalActivation;
import io.leat.mds.journal.JournalActivation.Activated;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalFullException;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MemoryMetadataArea;
import io.leat.mds.journal.MetadataArea;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Images, checkpoints and journals together, as a virtual server uses them. */
class RecoveryTest {

  private static final int BLOCK = JournalFormat.BLOCK;
  private static final long NEVER = Long.MAX_VALUE / 2;
  private static final int SEGMENTS = 4;

  private final MemoryMetadataArea.Storage storage =
      new MemoryMetadataArea.Storage(
          new AreaIdentity(new UUID(4, 4), "vs1", 2, 16 * BLOCK, SEGMENTS),
          UnaryOperator.identity());

  private MetadataArea area = new MemoryMetadataArea(storage);
  private Image image = new MemoryImage(1 << 28);
  private CheckpointStore store = new CheckpointStore(area);
  private int writes;

  /** A term on what this host has. */
  private final class Owner implements AutoCloseable {
    final Journal journal;
    final Checkpointer checkpointer;

    Owner(int lane, long limitBytes) throws IOException {
      ImageRecovery recovery = new ImageRecovery("vs1", image, store, lane);
      long epoch = new EpochBlocks(area).highest() + 1;
      Activated activated = JournalActivation.activate(area, lane, epoch, "mds" + lane, recovery);
      recovery.finish(activated.history());
      journal = activated.journal();
      checkpointer =
          Checkpointer.start(
              new Checkpointer.Storage("vs1", area, lane, image, store, journal),
              activated.history(),
              limitBytes,
              () -> new Time(0, 0));
    }

    void write(int batches) throws IOException {
      for (int i = 0; i < batches; i++) {
        write();
      }
    }

    /** A batch that puts one of 50 keys and deletes another; two blocks long. */
    private void write() throws IOException {
      writes++;
      Effects effects = new Effects();
      effects.put(("key" + writes % 50).getBytes(UTF_8), new byte[5000 + writes % 7]);
      effects.delete(("key" + writes * 3 % 50).getBytes(UTF_8));
      try (ImageTransaction transaction = image.begin()) {
        Effects.replay(effects.view(), transaction);
        AppliedPosition.put(transaction, append(effects.view()));
        transaction.commit();
      }
      checkpointer.journalGrew();
    }

    private JournalPosition append(ByteBuffer effects) throws IOException {
      try {
        return journal.append(effects);
      } catch (JournalFullException e) {
        checkpointer.makeRoom(e);
        return journal.append(effects);
      }
    }

    @Override
    public void close() throws IOException {
      checkpointer.close();
      journal.close();
    }
  }

  private String hash() {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return ImageHash.of(snapshot);
    }
  }

  /** The host's image is gone, and what it knew of damage. */
  private void loseImage() {
    image = new MemoryImage(1 << 28);
    store = new CheckpointStore(area);
  }

  private void flipBit(CheckpointSlot slot, int at) throws IOException {
    ByteBuffer block = JournalFormat.allocate(BLOCK);
    try (Device device = area.openToWrite(slot, BLOCK)) {
      device.read((long) at / BLOCK * BLOCK, block);
      block.put(at % BLOCK, (byte) (block.get(at % BLOCK) ^ 1));
      device.write((long) at / BLOCK * BLOCK, block.clear());
    }
  }

  @Test
  void shouldHaveTheSameImageWhetherWarmOrFromCheckpointOrFromJournal() throws IOException {
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(4);
      owner.checkpointer.finish();
    }
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(3);
    }
    String expected = hash();
    new Owner(1, NEVER).close();
    assertEquals(expected, hash(), "warm");
    loseImage();
    new Owner(0, NEVER).close();
    assertEquals(expected, hash(), "checkpoint");
    flipBit(store.list().get(0).slot(), 5000);
    loseImage();
    new Owner(1, NEVER).close();
    assertEquals(expected, hash(), "journal");
  }

  @Test
  void shouldRecoverFromCheckpointWhenRingWentRound() throws IOException {
    for (int term = 0; term < 6; term++) {
      String expected;
      try (Owner owner = new Owner(term % 2, 16L * BLOCK)) {
        owner.write(60);
        expected = hash();
      }
      loseImage();
      new Owner(term % 2, NEVER).close();
      assertEquals(expected, hash());
      assertTrue(area.segments(term % 2).size() <= SEGMENTS);
    }
  }

  @Test
  void shouldMakeRoomInTheLoopWhenBackgroundMakesNoCheckpoints() throws IOException {
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(100);
    }
    String expected = hash();
    loseImage();
    new Owner(0, NEVER).close();
    assertEquals(expected, hash());
    assertEquals(2, store.list().size());
  }

  @Test
  void shouldUsePreviousCheckpointWhenNewestIsDamaged() throws IOException {
    shouldMakeRoomInTheLoopWhenBackgroundMakesNoCheckpoints();
    String expected = hash();
    StoredCheckpoint newest = store.list().get(0);
    flipBit(newest.slot(), 5000);
    loseImage();
    new Owner(0, NEVER).close();
    assertEquals(expected, hash());
    assertTrue(store.list().stream().noneMatch(newest::equals), "the damaged one is left alone");
  }

  @Test
  void shouldNeedOnlyTheLastCheckpointAfterOrderlyEnd() throws IOException {
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(101);
      owner.checkpointer.finish();
      assertEquals(owner.journal.position(), store.list().get(0).position());
    }
    String expected = hash();
    flipBit(store.list().get(1).slot(), 5000);
    loseImage();
    new Owner(1, NEVER).close();
    assertEquals(expected, hash());
  }

  @Test
  void shouldUseOlderCheckpointWhenTailOfJournalIsLost() throws IOException {
    String expected;
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(5);
      owner.checkpointer.finish();
      expected = hash();
    }
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(1);
      owner.checkpointer.finish();
    }
    try (Device segment = area.openToWrite(area.segments(0).get(1))) {
      segment.write(3L * BLOCK, ByteBuffer.allocate(BLOCK));
    }
    new Owner(0, NEVER).close();
    assertEquals(expected, hash());
  }

  @Test
  void shouldRefuseClearlyAndWriteNothingWhenBothAreDamagedAndJournalIsNotComplete()
      throws IOException {
    shouldMakeRoomInTheLoopWhenBackgroundMakesNoCheckpoints();
    for (StoredCheckpoint checkpoint : store.list()) {
      flipBit(checkpoint.slot(), 5000);
    }
    for (int attempt = 0; attempt < 2 * SEGMENTS; attempt++) {
      loseImage();
      DamagedJournalException e =
          assertThrows(DamagedJournalException.class, () -> new Owner(0, NEVER));
      assertTrue(e.getMessage().contains("no checkpoint replaces it"), e.getMessage());
    }
  }

  @Test
  void shouldUseCheckpointWhenImageIsOlderThanTheJournal() throws IOException {
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(2);
    }
    Image old = image;
    loseImage();
    try (Owner owner = new Owner(1, NEVER)) {
      owner.write(150);
    }
    String expected = hash();
    image = old;
    new Owner(0, NEVER).close();
    assertEquals(expected, hash());
  }

  @Test
  void shouldDropHalfLoadedImage() throws IOException {
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(5);
    }
    String expected = hash();
    loseImage();
    try (ImageTransaction transaction = image.begin()) {
      transaction.put("left over".getBytes(UTF_8), new byte[1]);
      transaction.commit();
    }
    new Owner(0, NEVER).close();
    assertEquals(expected, hash());
  }

  @Test
  void shouldActivateAgainAndAgainWithinTheRing() throws IOException {
    for (int restart = 0; restart < 5 * SEGMENTS; restart++) {
      String expected;
      try (Owner owner = new Owner(0, NEVER)) {
        owner.write(1);
        expected = hash();
      }
      if (restart % 3 == 0) {
        loseImage();
      }
      new Owner(0, NEVER).close();
      assertEquals(expected, hash());
    }
    assertTrue(area.segments(0).size() <= SEGMENTS);
  }

  @Test
  void shouldGoOnWithOldCheckpointsWhenThereIsNoRoomForNewOnes() throws IOException {
    MetadataArea roomy = area;
    try (Owner owner = new Owner(0, NEVER)) {
      owner.write(3);
      owner.checkpointer.finish();
    }
    StoredCheckpoint only = store.list().get(0);
    area =
        new ForwardingArea(roomy) {
          @Override
          public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    store = new CheckpointStore(area);
    try (Owner owner = new Owner(0, 1)) {
      owner.write(5);
      owner.checkpointer.finish();
      IOException e = assertThrows(IOException.class, () -> owner.write(100));
      assertTrue(e.getMessage().contains("No space left"), e.getMessage());
    }
    assertEquals(only, store.list().get(0));
    String expected = hash();
    area = roomy;
    loseImage();
    try (Owner owner = new Owner(0, NEVER)) {
      assertEquals(expected, hash());
      owner.write(1);
    }
  }
}
