package io.leat.mds.sim;

import io.leat.mds.image.Entry;
import io.leat.mds.image.EntryVisitor;
import io.leat.mds.image.ForwardingImage;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageTransaction;
import io.leat.mds.namespace.Keys;
import java.util.ArrayList;
import java.util.List;

/** Plants that live in the image: what is written to it is not what was meant. */
final class PlantedImage extends ForwardingImage {

  /** Tables, by the first byte of their keys. */
  private static final byte REPLIES = Keys.replies(0)[0];

  private static final byte QUARANTINE = Keys.quarantine()[0];

  /** Replayed changes of which the first half is applied again. */
  private static final int AGAIN_MIN = 20;

  private final Plants plant;
  private boolean replaying;

  PlantedImage(Image image, Plants plant) {
    super(image);
    this.plant = plant;
  }

  void replaying(boolean now) {
    replaying = now;
  }

  @Override
  public ImageTransaction begin() {
    return new Transaction(super.begin());
  }

  private final class Transaction implements ImageTransaction {
    private final ImageTransaction transaction;
    private final List<Runnable> changes = new ArrayList<>();

    Transaction(ImageTransaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      if (plant == Plants.REPLY_SLOT_FORGOTTEN && key[0] == REPLIES) {
        return;
      }
      if (plant == Plants.BLOCK_REUSED_AT_ONCE && key[0] == QUARANTINE) {
        long[] place = {Keys.number(key, 2), Keys.number(key, 3)};
        transaction.put(Keys.quarantined(0, 1, place[0], place[1]), value);
        return;
      }
      transaction.put(key, value);
      changes.add(() -> transaction.put(key, value));
    }

    @Override
    public boolean delete(byte[] key) {
      if (plant == Plants.FLUSH_FORGETS_DELETES) {
        return transaction.contains(key);
      }
      changes.add(() -> transaction.delete(key));
      return transaction.delete(key);
    }

    @Override
    public void commit() {
      if (plant == Plants.REPLAY_APPLIED_TWICE && replaying && changes.size() >= AGAIN_MIN) {
        changes.subList(0, changes.size() / 2).forEach(Runnable::run);
      }
      transaction.commit();
    }

    @Override
    public byte[] get(byte[] key) {
      return transaction.get(key);
    }

    @Override
    public boolean contains(byte[] key) {
      return transaction.contains(key);
    }

    @Override
    public void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
      transaction.scan(prefix, from, visitor);
    }

    @Override
    public Entry floor(byte[] prefix, byte[] key) {
      return transaction.floor(prefix, key);
    }

    @Override
    public void close() {
      transaction.close();
    }
  }
}
