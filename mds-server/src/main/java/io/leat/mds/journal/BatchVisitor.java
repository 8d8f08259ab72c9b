package io.leat.mds.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the batches of a replay, in order. */
@FunctionalInterface
public interface BatchVisitor {

  /**
   * Takes a batch.
   *
   * @param position after this batch
   * @param payload read-only; good until this returns
   */
  void visit(JournalPosition position, ByteBuffer payload) throws IOException;
}
