package io.leat.mds.server;

import io.leat.mds.image.ImageReader;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.journal.JournalPosition;
import java.util.Optional;

/**
 * The journal position up to which an image holds history. It is a mark of this host's copy, not
 * part of the virtual server's state, so it is not journaled (S2).
 */
final class AppliedPosition {

  private static final byte[] KEY = {'A'};

  private AppliedPosition() {}

  static void put(ImageTransaction transaction, JournalPosition position) {
    transaction.put(KEY, position.toBytes());
  }

  static Optional<JournalPosition> get(ImageReader image) {
    return Optional.ofNullable(image.get(KEY)).map(JournalPosition::fromBytes);
  }
}
