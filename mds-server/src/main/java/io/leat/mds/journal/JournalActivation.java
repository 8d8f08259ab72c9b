package io.leat.mds.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a metadata server becomes the owner of a virtual server's journal:
 *
 * <ol>
 *   <li>acquire the own lane, which proves that its earlier writer is gone, or have it already;
 *   <li>claim the epoch; give up if any lane holds one that is not older;
 *   <li>read the history; give up if any lane has a segment of an epoch that is not older;
 *   <li>let the {@link CheckpointKeeper} make sure that the state can be had from checkpoints and
 *       history; until then nothing but the epoch block has been written;
 *   <li>where there are several devices, say which of them hold all of that, and write to those;
 *   <li>copy the history's last batch into a fresh segment of the own lane, and flush;
 *   <li>write that segment's header, which seals the history, and flush.
 * </ol>
 *
 * Until the header is written the segment does not count, so a crash before leaves the journal as
 * it was, and a crash after leaves it complete.
 *
 * <p><b>Why only the last batch is copied.</b> What was read may come from a cache that a loss of
 * power empties, so what may be no more than that must be made durable before anyone sees it. An
 * owner writes a batch only when the one before is durable. So every batch but the last is durable,
 * and the last one may be one whose flush failed or never came. The copy says for which epoch it
 * was made, and keeps number, epoch and hash, so that a warm image which has it already stays
 * valid.
 *
 * <p>The new segment continues after the batch before the copied one, so what an old owner still
 * writes there or behind it is no part of history.
 */
public final class JournalActivation {

  private static final Logger LOG = LoggerFactory.getLogger(JournalActivation.class);

  /**
   * An opened journal, and what came before it.
   *
   * @param journal to append to; the caller closes it
   * @param history to replay from; ends where {@code journal} begins
   */
  public record Activated(Journal journal, JournalHistory history) {}

  private final MetadataArea area;
  private final int lane;
  private final long epoch;
  private final String owner;
  private final CheckpointKeeper keeper;
  private final Closeable atEnd;
  private final EpochBlocks epochs;
  private HistoryScan scan;

  /**
   * An activation in a lane that the caller has acquired and keeps. Its steps follow in the order
   * of the methods; when one fails it is over.
   *
   * @param area open as long as the journal
   * @param lane the own lane
   * @param epoch larger than ZooKeeper's and than {@link EpochBlocks#highest()}
   * @param owner name for people
   * @param keeper asked in the thread that takes the steps
   */
  public JournalActivation(
      MetadataArea area, int lane, long epoch, String owner, CheckpointKeeper keeper) {
    this(area, lane, epoch, owner, keeper, () -> {});
  }

  private JournalActivation(
      MetadataArea area,
      int lane,
      long epoch,
      String owner,
      CheckpointKeeper keeper,
      Closeable atEnd) {
    this.area = area;
    this.lane = lane;
    this.epoch = epoch;
    this.owner = owner;
    this.keeper = keeper;
    this.atEnd = atEnd;
    this.epochs = new EpochBlocks(area);
  }

  /** Becomes owner of a journal without checkpoints. */
  public static Activated activate(MetadataArea area, int lane, long epoch, String owner)
      throws IOException {
    return activate(area, lane, epoch, owner, CheckpointKeeper.NONE);
  }

  /**
   * Acquires the lane, and takes all steps.
   *
   * @throws LaneInUseException when the lane has another writer
   * @throws IOException as the steps
   */
  public static Activated activate(
      MetadataArea area, int lane, long epoch, String owner, CheckpointKeeper keeper)
      throws IOException {
    area.acquireLane(lane);
    try {
      return new JournalActivation(area, lane, epoch, owner, keeper, () -> area.releaseLane(lane))
          .run(Optional.empty());
    } catch (IOException | RuntimeException e) {
      JournalWriter.closeAfter(e, () -> area.releaseLane(lane));
      throw e;
    }
  }

  /**
   * Takes all steps.
   *
   * @param known as {@link #read}
   * @throws IOException as the steps
   */
  public Activated run(Optional<Bookmark> known) throws IOException {
    claim();
    read(known);
    recover();
    return seal();
  }

  /**
   * Claims the epoch: from here on the older owner answers nothing. Whether the lane is still the
   * own one is looked at after that too: whoever has taken it until then has been noticed, and who
   * does later finds this claim.
   *
   * @throws NewerEpochException when the epoch is not the newest; try again with a larger one
   */
  public void claim() throws IOException {
    area.requireLane(lane);
    epochs.claim(lane, epoch, owner);
    area.requireLane(lane);
  }

  /**
   * Reads the history.
   *
   * @param known a place in the journal that this process has read to; none for reading it all
   * @throws NewerEpochException when the epoch is not the newest; try again with a larger one
   * @throws DamagedJournalException when the journal contradicts itself
   */
  public void read(Optional<Bookmark> known) throws IOException {
    scan = HistoryScan.of(area, known);
    if (scan.newestEpoch() >= epoch) {
      throw new NewerEpochException(
          "epoch %d is not newer than the journal's, which has segments of epoch %d"
              .formatted(epoch, scan.newestEpoch()));
    }
  }

  /** Lets the keeper bring the state to the end of what is durable for certain. */
  public void recover() throws IOException {
    keeper.recover(scan.history());
  }

  /**
   * Begins the own segment, which seals the history.
   *
   * @throws JournalFullException when all segments of the lane are needed, and checkpoints did not
   *     help
   */
  public Activated seal() throws IOException {
    requireStillOwner();
    area.own(lane, epoch, owner);
    try {
      LaneSegments segments =
          new LaneSegments(area, lane, scan.nextNumber(lane, epoch), scan.used(lane));
      JournalWriter writer = seal(area, segments, epoch, scan.history(), keeper);
      return new Activated(
          new LaneJournal(atEnd, epoch, area, epochs, segments, writer), scan.history());
    } catch (IOException | RuntimeException e) {
      area.disown();
      throw e;
    }
  }

  /** Recovery may have taken long, and then somebody else has recovered too. */
  private void requireStillOwner() throws IOException {
    area.requireLane(lane);
    epochs.requireNewest(epoch);
  }

  private static JournalWriter seal(
      MetadataArea area,
      LaneSegments segments,
      long epoch,
      JournalHistory history,
      CheckpointKeeper keeper)
      throws IOException {
    JournalPosition seal = history.end().orElse(JournalPosition.START);
    SegmentWriter segment = takeSegment(segments, keeper);
    try {
      seal(segment, epoch, history.lastBatch());
    } catch (IOException | RuntimeException e) {
      JournalWriter.closeAfter(e, segment);
      throw e;
    }
    return new JournalWriter(area.identity(), segments, epoch, seal, segment);
  }

  /**
   * Makes sure, ahead of an activation, that the lane has a segment to begin with: to make one
   * takes a while, in which nobody would serve.
   *
   * @param lane acquired
   * @param previousCheckpoint below which segments are used again
   */
  public static void prepare(MetadataArea area, int lane, JournalPosition previousCheckpoint)
      throws IOException {
    HistoryScan scan = HistoryScan.of(area, Optional.empty());
    LaneSegments segments =
        new LaneSegments(area, lane, scan.nextNumber(lane, scan.newestEpoch()), scan.used(lane));
    segments.recycleBelow(previousCheckpoint);
    if (!segments.prepare()) {
      LOG.info("lane {} is full: a takeover will have to make checkpoints first", lane);
    }
  }

  private static SegmentWriter takeSegment(LaneSegments segments, CheckpointKeeper keeper)
      throws IOException {
    segments.recycleBelow(keeper.previousCheckpoint());
    try {
      return segments.take();
    } catch (JournalFullException e) {
      keeper.makeRoom();
      segments.recycleBelow(keeper.previousCheckpoint());
      return segments.take();
    }
  }

  private static void seal(
      SegmentWriter segment, long epoch, Optional<JournalHistory.LastBatch> lastBatch)
      throws IOException {
    if (lastBatch.isEmpty()) {
      JournalPosition start = JournalPosition.START;
      segment.writeHeader(new SegmentHeader(segment.id(), epoch, start, start, Optional.empty()));
      return;
    }
    JournalHistory.LastBatch last = lastBatch.get();
    JournalPosition before = last.before();
    JournalPosition seal = last.position();
    segment.erase();
    segment.writeBatch(
        new BatchHeader(
            last.payload().remaining(), seal.epoch(), seal.batch(), before.hash(), epoch),
        last.payload());
    segment.writeHeader(new SegmentHeader(segment.id(), epoch, before, seal, last.holder()));
  }
}
