package io.leat.mds.image;

import org.lmdbjava.Env.MapFullException;
import org.lmdbjava.LmdbException;

/**
 * The write transaction. LMDB's writer lock belongs to the thread that took it, and ending it on
 * another thread would leave the lock taken for ever; hence the check of the thread.
 */
final class LmdbTransaction extends LmdbReader implements ImageTransaction {

  private final LmdbImage image;
  private final LmdbView view;
  private final Thread owner = Thread.currentThread();
  private TransactionState state = TransactionState.OPEN;

  LmdbTransaction(LmdbImage image, LmdbView view) {
    super(image.toString());
    this.image = image;
    this.view = view;
  }

  @Override
  LmdbView view() {
    requireOwner();
    state.requireOpen(imageName);
    return view;
  }

  private void requireOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "the transaction of %s belongs to thread %s and was used by %s"
              .formatted(imageName, owner.getName(), Thread.currentThread().getName()));
    }
  }

  @Override
  public void put(byte[] key, byte[] value) {
    Keys.requireKey(key);
    Keys.requireValue(value);
    LmdbView open = view();
    try {
      open.put(key, value);
    } catch (LmdbException e) {
      throw changeFailed(e);
    }
  }

  @Override
  public void append(byte[] key, byte[] value) {
    Keys.requireKey(key);
    Keys.requireValue(value);
    LmdbView open = view();
    try {
      open.append(key, value);
    } catch (LmdbException e) {
      throw changeFailed(e);
    }
  }

  @Override
  public boolean delete(byte[] key) {
    Keys.requireKey(key);
    LmdbView open = view();
    try {
      return open.delete(key);
    } catch (LmdbException e) {
      throw changeFailed(e);
    }
  }

  private ImageException changeFailed(LmdbException cause) {
    state = TransactionState.FAILED;
    return failure("change", cause);
  }

  private ImageException failure(String action, LmdbException cause) {
    return cause instanceof MapFullException
        ? new ImageFullException(imageName, image.capacityBytes(), cause)
        : new ImageException(
            "cannot " + action + " " + imageName + "; is there space on its file system?", cause);
  }

  @Override
  public void commit() {
    LmdbView open = view();
    state = TransactionState.ENDED;
    try {
      open.commit();
    } catch (LmdbException e) {
      throw failure("commit to", e);
    } finally {
      image.transactionEnded();
    }
  }

  @Override
  public void close() {
    if (state == TransactionState.ENDED) {
      return;
    }
    requireOwner();
    state = TransactionState.ENDED;
    try {
      view.abort();
    } finally {
      image.transactionEnded();
    }
  }
}
