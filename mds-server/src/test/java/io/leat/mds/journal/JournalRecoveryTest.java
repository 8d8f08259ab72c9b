package io.leat.mds.journal;

import static io.leat.mds.journal.TestStorage.BLOCK;
import static io.leat.mds.journal.TestStorage.activate;
import static io.leat.mds.journal.TestStorage.append;
import static io.leat.mds.journal.TestStorage.flipBit;
import static io.leat.mds.journal.TestStorage.overwrite;
import static io.leat.mds.journal.TestStorage.read;
import static io.leat.mds.journal.TestStorage.replay;
import static io.leat.mds.journal.TestStorage.textOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.journal.TestStorage.Replayed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalRecoveryTest {

  private static final SegmentSlot FIRST = new SegmentSlot(0, 0);
  private static final SegmentSlot SECOND = new SegmentSlot(0, 1);

  private final TestStorage storage = new TestStorage(16, 8, 3);
  private final MetadataArea area = storage.process();
  private final List<Replayed> written = new ArrayList<>();

  /** Batches of 2 blocks each, 7 per segment. */
  private void write(int lane, int batches) throws IOException {
    try (Journal journal = activate(area, lane).journal()) {
      for (int i = 0; i < batches; i++) {
        written.add(append(journal, textOf("batch " + i, 2)));
      }
    }
  }

  private static long offset(int batch) {
    return BLOCK + (batch - 1) * 2L * BLOCK;
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 7, 8, 15, 16, 32, 48, 59, 60, 63, 64, 65, 511, 512, 4095, 4096, 4097, 8191})
  void shouldDropLastBatchWhenItWasCutShort(int landed) throws IOException {
    write(0, 3);
    overwrite(area, FIRST, offset(3) + landed, new byte[2 * BLOCK - landed]);
    assertEquals(written.subList(0, 2), replay(area));
    Replayed lost = written.remove(2);
    assertThrows(
        PositionNotInHistoryException.class,
        () -> replay(JournalHistory.read(area), lost.position()));
    write(0, 2);
    write(1, 1);
    assertEquals(written, replay(area));
  }

  @Test
  void shouldDropLastBatchWhenOnlyItsEndLanded() throws IOException {
    write(0, 3);
    overwrite(area, FIRST, offset(3), new byte[BLOCK]);
    assertEquals(written.subList(0, 2), replay(area));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 12, 16, 24, 32, 48, 56, 60, 64, 5000, 8191})
  void shouldExplainWhenBatchInTheMiddleIsDamaged(int at) throws IOException {
    write(0, 5);
    flipBit(area, FIRST, offset(3) + at);
    DamagedJournalException e =
        assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
    assertTrue(e.getMessage().contains("batch 3 at byte " + offset(3)), e.getMessage());
    assertTrue(e.getMessage().contains(FIRST.toString()), e.getMessage());
    assertThrows(DamagedJournalException.class, () -> activate(area, 1));
  }

  @Test
  void shouldNoticeZeroedMiddle() throws IOException {
    write(0, 5);
    overwrite(area, FIRST, offset(2), new byte[3 * BLOCK]);
    assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
  }

  @Test
  void shouldExplainWhenSealedBatchIsDamaged() throws IOException {
    write(0, 10);
    flipBit(area, FIRST, offset(7) + 100);
    List<JournalPosition> visited = new ArrayList<>();
    DamagedJournalException e =
        assertThrows(
            DamagedJournalException.class,
            () -> JournalHistory.read(area).replay((p, payload) -> visited.add(p)));
    assertTrue(e.getMessage().contains("batch 7"), e.getMessage());
    assertEquals(6, visited.size());
  }

  @Test
  void shouldExplainWhenHeaderOfUsedSegmentIsDamaged() throws IOException {
    write(0, 10);
    flipBit(area, SECOND, 40);
    DamagedJournalException e =
        assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
    assertTrue(e.getMessage().contains(SECOND.toString()), e.getMessage());
    assertThrows(DamagedJournalException.class, () -> activate(area, 1));
  }

  @Test
  void shouldExplainWhenHeaderOfSealedSegmentIsDamaged() throws IOException {
    write(0, 10);
    overwrite(area, FIRST, 0, new byte[BLOCK]);
    DamagedJournalException e = assertThrows(DamagedJournalException.class, () -> replay(area));
    assertTrue(e.getMessage().contains("segment 1 of lane 0 is missing"), e.getMessage());
    assertThrows(DamagedJournalException.class, () -> activate(area, 1));
  }

  @Test
  void shouldExplainWhenCopiedBatchIsDamaged() throws IOException {
    write(0, 3);
    write(1, 1);
    flipBit(area, new SegmentSlot(1, 0), offset(1) + 70);
    assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
  }

  @Test
  void shouldExplainWhenSegmentStandsTwice() throws IOException {
    write(0, 3);
    area.createSegment(SECOND);
    overwrite(area, SECOND, 0, read(area, FIRST, 0, 16 * BLOCK));
    assertThrows(DamagedJournalException.class, () -> JournalHistory.read(area));
  }

  @Test
  void shouldNotTakeBatchInsidePayloadForABatch() throws IOException {
    write(0, 2);
    try (Journal journal = activate(area, 1).journal()) {
      // A batch of another area, placed so that it begins at a block.
      TestStorage other = new TestStorage(16, 8, 99);
      MetadataArea otherArea = other.process();
      Journal forger = activate(otherArea, 1).journal();
      append(forger, "forged 1");
      append(forger, "forged 2");
      append(forger, "forged 3");
      append(forger, "forged 4");
      String forged =
          TestStorage.text(
              java.nio.ByteBuffer.wrap(read(otherArea, new SegmentSlot(1, 0), BLOCK * 4L, BLOCK)));
      append(journal, "-".repeat(BLOCK - BatchHeader.BYTES) + forged);
    }
    flipBit(area, new SegmentSlot(1, 0), BLOCK + 2L * BLOCK + 80);
    assertEquals(written, replay(area));
  }
}
