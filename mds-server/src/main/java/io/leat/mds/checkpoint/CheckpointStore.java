package io.leat.mds.checkpoint;

import io.leat.mds.image.Image;
import io.leat.mds.image.ImageReader;
import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.CheckpointSlot.Side;
import io.leat.mds.journal.JournalFormat;
import io.leat.mds.journal.JournalPosition;
import io.leat.mds.journal.MetadataArea;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints in a virtual server's metadata area: two places in each lane. Any thread; one
 * checkpoint at a time is written in a lane, by its writer.
 *
 * <p>It remembers which checkpoints turned out to be damaged: those are used no more, do not count
 * as the previous one, and are the first to be overwritten.
 */
public final class CheckpointStore {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);

  private static final Comparator<StoredCheckpoint> NEWEST_FIRST =
      Comparator.<StoredCheckpoint>comparingLong(c -> c.position().batch())
          .thenComparingLong(c -> c.header().sequence())
          .reversed();

  private final MetadataArea area;
  private final Set<StoredCheckpoint> damaged = ConcurrentHashMap.newKeySet();

  /** Over an area that stays the caller's. */
  public CheckpointStore(MetadataArea area) {
    this.area = area;
  }

  /**
   * The checkpoints of all lanes that can be used as far as one knows, the newest first. What
   * cannot be read is left out, with a warning.
   */
  public List<StoredCheckpoint> list() {
    List<StoredCheckpoint> all = new ArrayList<>();
    for (int lane = 0; lane < area.identity().lanes(); lane++) {
      all.addAll(readLane(lane));
    }
    all.removeAll(damaged);
    all.sort(NEWEST_FIRST);
    return all;
  }

  /**
   * Where the last but one of {@link #list} stands, {@link JournalPosition#START} if there are
   * fewer: what the journal has before that is not needed any more.
   */
  public JournalPosition previousPosition() {
    List<StoredCheckpoint> all = list();
    return all.size() < 2 ? JournalPosition.START : all.get(1).position();
  }

  private List<StoredCheckpoint> readLane(int lane) {
    List<StoredCheckpoint> found = new ArrayList<>();
    for (Side side : Side.values()) {
      CheckpointSlot slot = new CheckpointSlot(lane, side);
      try {
        read(slot).ifPresent(found::add);
      } catch (IOException e) {
        warn(slot, e);
      }
    }
    return found;
  }

  /** Where there are several devices, it has to stand on all of them. */
  private Optional<StoredCheckpoint> read(CheckpointSlot slot) throws IOException {
    Set<Optional<StoredCheckpoint>> found =
        new HashSet<>(area.readEach(device -> read(slot, device)));
    return found.size() == 1 ? found.iterator().next() : Optional.empty();
  }

  private Optional<StoredCheckpoint> read(CheckpointSlot slot, MetadataArea from)
      throws IOException {
    Optional<Device> opened = from.openToRead(slot);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (Device device = opened.get()) {
      return readHeader(device).map(header -> new StoredCheckpoint(slot, header));
    } catch (CheckpointException e) {
      warn(slot, e);
      return Optional.empty();
    }
  }

  private void warn(CheckpointSlot slot, IOException e) {
    LOG.warn(
        "{} of virtual server {} cannot be used: {}",
        slot,
        area.identity().virtualServer(),
        e.getMessage());
  }

  private Optional<CheckpointHeader> readHeader(Device device) throws IOException {
    if (device.size() < JournalFormat.BLOCK) {
      return Optional.empty();
    }
    ByteBuffer block = JournalFormat.allocate(JournalFormat.BLOCK);
    device.read(0, block);
    return CheckpointHeader.decode(block.clear(), area.identity());
  }

  /**
   * Writes the state that {@code image} shows into a lane, over the older of its checkpoints.
   *
   * @param lane acquired by this process
   * @param image a snapshot with the mark of its position
   * @param expectedBytes room that will be needed, as far as one knows
   * @throws IOException when there is no room, the storage fails, or {@code progress} gave it up;
   *     the other checkpoint of the lane is as it was, and this one unless it was begun
   */
  public StoredCheckpoint write(
      int lane, ImageReader image, long expectedBytes, WriteProgress progress) throws IOException {
    JournalPosition position =
        AppliedPosition.get(image)
            .orElseThrow(() -> new IllegalArgumentException("an image that stands nowhere"));
    List<StoredCheckpoint> present = presentToWrite(lane);
    long sequence = 1 + present.stream().mapToLong(c -> c.header().sequence()).max().orElse(0);
    present.removeAll(damaged);
    present.sort(NEWEST_FIRST);
    CheckpointSlot target = target(lane, present);
    for (StoredCheckpoint other : present) {
      flush(other.slot(), target);
    }
    try (CheckpointWriter writer =
        new CheckpointWriter(area, target, sequence, expectedBytes, progress)) {
      return writer.write(image, position);
    }
  }

  /**
   * What cannot be read on one host's device may be overwritten. On several devices, what cannot be
   * read may be good on all: they are asked only while it is known which of them count. On one that
   * hosts share a path may have failed.
   */
  private List<StoredCheckpoint> presentToWrite(int lane) throws IOException {
    if (area.identity().devices() == 1 && !area.isShared()) {
      return readLane(lane);
    }
    List<StoredCheckpoint> found = new ArrayList<>();
    for (Side side : Side.values()) {
      read(new CheckpointSlot(lane, side)).ifPresent(found::add);
    }
    return found;
  }

  /**
   * Makes sure that the checkpoint stays that is not written over: the last flush of its writer may
   * have failed, and what was read come from a cache.
   */
  private void flush(CheckpointSlot slot, CheckpointSlot target) throws IOException {
    if (!slot.equals(target)) {
      try (Device device = area.openToWrite(slot, 0)) {
        device.flush();
      }
    }
  }

  /** The place without a good checkpoint, else the one with the older. */
  private static CheckpointSlot target(int lane, List<StoredCheckpoint> newestFirst) {
    for (Side side : Side.values()) {
      CheckpointSlot slot = new CheckpointSlot(lane, side);
      if (newestFirst.stream().noneMatch(c -> c.slot().equals(slot))) {
        return slot;
      }
    }
    return newestFirst.get(newestFirst.size() - 1).slot();
  }

  /**
   * Replaces what {@code image} holds by a checkpoint's state.
   *
   * @throws CheckpointException when it is damaged; it is left alone from now on. After this and
   *     any other failure the image is to be cleared
   */
  public void load(StoredCheckpoint checkpoint, Image image) throws IOException {
    try (Device device =
        area.openToRead(checkpoint.slot())
            .orElseThrow(() -> new CheckpointException(checkpoint.slot() + " is gone"))) {
      CheckpointLoader.load(device, checkpoint, image);
    } catch (IOException e) {
      damaged.add(checkpoint);
      throw e;
    }
  }
}
