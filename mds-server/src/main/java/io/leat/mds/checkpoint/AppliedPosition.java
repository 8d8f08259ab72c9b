package io.leat.mds.checkpoint;

import io.leat.mds.image.ImageReader;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.journal.JournalPosition;
import java.util.Arrays;
import java.util.Optional;

/**
 * The journal position up to which an image holds history. It is a mark of this host's copy, not
 * part of the virtual server's state, so it is neither journaled nor an entry of checkpoints (S2).
 */
public final class AppliedPosition {

  private static final byte[] KEY = {'A'};

  private AppliedPosition() {}

  /** Marks what the transaction makes as the state at {@code position}. */
  public static void put(ImageTransaction transaction, JournalPosition position) {
    transaction.put(KEY, position.toBytes());
  }

  /** Where the image stands; empty for one that holds no history. */
  public static Optional<JournalPosition> get(ImageReader image) {
    return Optional.ofNullable(image.get(KEY)).map(JournalPosition::fromBytes);
  }

  /** Whether an entry of an image is the mark. */
  static boolean isMark(byte[] key) {
    return Arrays.equals(key, KEY);
  }
}
