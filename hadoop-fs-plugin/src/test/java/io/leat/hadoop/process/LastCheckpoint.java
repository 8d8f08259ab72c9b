package io.leat.hadoop.process;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.checkpoint.StoredCheckpoint;
import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.FileMetadataArea;
import io.leat.mds.journal.MetadataArea;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Tells from a cell's files whether its server is writing a checkpoint, or was when it was killed:
 * the header of the place is erased first and written last, so a place without one, changed since
 * the server started, holds a checkpoint that is not finished.
 */
final class LastCheckpoint {

  private static final String VIRTUAL_SERVER = "demo";
  private static final int LANE = 0;

  private final Path metadata;

  LastCheckpoint(CellLayout layout) {
    this.metadata = layout.root().resolve("virtual-servers/" + VIRTUAL_SERVER + "/metadata");
  }

  /**
   * Whether one is unfinished.
   *
   * @param startMillis when the server was started; what is older was left by one before it
   */
  boolean isUnfinished(long startMillis) throws IOException {
    try (MetadataArea area = FileMetadataArea.open(metadata, VIRTUAL_SERVER)) {
      Set<CheckpointSlot> finished =
          new CheckpointStore(area)
              .list().stream().map(StoredCheckpoint::slot).collect(Collectors.toSet());
      for (CheckpointSlot.Side side : CheckpointSlot.Side.values()) {
        CheckpointSlot slot = new CheckpointSlot(LANE, side);
        if (!finished.contains(slot) && changedSince(slot, startMillis)) {
          return true;
        }
      }
      return false;
    }
  }

  private boolean changedSince(CheckpointSlot slot, long startMillis) throws IOException {
    Path file = metadata.resolve(slot.toString());
    return Files.exists(file) && Files.getLastModifiedTime(file).toMillis() > startMillis;
  }

  /** Returns as soon as one is being written, or when none was begun within {@code boundMillis}. */
  void awaitBegun(long startMillis, long boundMillis) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(boundMillis);
    while (!isUnfinished(startMillis) && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
