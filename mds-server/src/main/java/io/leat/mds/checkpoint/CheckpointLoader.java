package io.leat.mds.checkpoint;

import io.leat.mds.image.Image;
import io.leat.mds.image.ImageTransaction;
import io.leat.volume.Device;
import java.io.IOException;

/** Puts a checkpoint into an empty image, by appending. One thread. */
final class CheckpointLoader {

  /** Chunks in one transaction of the image: about 64 MiB. */
  private static final int TRANSACTION_CHUNKS = 64;

  private CheckpointLoader() {}

  /**
   * Replaces what the image holds. The mark of its position comes with the last transaction: what a
   * failure or a crash leaves has none.
   */
  static void load(Device device, StoredCheckpoint checkpoint, Image image) throws IOException {
    image.clear();
    CheckpointReader reader = new CheckpointReader(device, checkpoint.header());
    boolean more = true;
    while (more) {
      try (ImageTransaction transaction = image.begin()) {
        for (int chunk = 0; more && chunk < TRANSACTION_CHUNKS; chunk++) {
          more = reader.next(transaction::append);
        }
        if (!more) {
          AppliedPosition.put(transaction, checkpoint.position());
        }
        transaction.commit();
      }
    }
  }
}
