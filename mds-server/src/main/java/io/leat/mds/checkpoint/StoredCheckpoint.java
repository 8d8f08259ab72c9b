package io.leat.mds.checkpoint;

import io.leat.mds.journal.CheckpointSlot;
import io.leat.mds.journal.JournalPosition;

/** A checkpoint on the storage whose header is intact, which means that all of it once was. */
public record StoredCheckpoint(CheckpointSlot slot, CheckpointHeader header) {

  /** Where the image stood. */
  public JournalPosition position() {
    return header.position();
  }

  @Override
  public String toString() {
    return "checkpoint %d in %s, at %s".formatted(header.sequence(), slot, position());
  }
}
