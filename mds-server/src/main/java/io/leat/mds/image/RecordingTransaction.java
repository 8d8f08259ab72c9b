package io.leat.mds.image;

import java.util.Objects;

/**
 * Passes everything on to another transaction and records each mutation. Deleting an absent key
 * changes nothing and is not recorded.
 *
 * <p>The recorded effects belong to whoever supplied them: neither commit nor close touches them.
 * Ends with the transaction below; the same thread rules apply.
 */
public final class RecordingTransaction implements ImageTransaction {

  private final ImageTransaction delegate;
  private final Effects effects;

  public RecordingTransaction(ImageTransaction delegate, Effects effects) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
    this.effects = Objects.requireNonNull(effects, "effects");
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException also when the effects have reached {@link Effects#MAX_BYTES};
   *     nothing has changed then
   */
  @Override
  public void put(byte[] key, byte[] value) {
    effects.requireRoomForPut(key, value);
    delegate.put(key, value);
    effects.put(key, value);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException also when the effects have reached {@link Effects#MAX_BYTES};
   *     nothing has changed then
   */
  @Override
  public boolean delete(byte[] key) {
    effects.requireRoomForDelete(key);
    boolean deleted = delegate.delete(key);
    if (deleted) {
      effects.delete(key);
    }
    return deleted;
  }

  @Override
  public byte[] get(byte[] key) {
    return delegate.get(key);
  }

  @Override
  public boolean contains(byte[] key) {
    return delegate.contains(key);
  }

  @Override
  public void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    delegate.scan(prefix, from, visitor);
  }

  @Override
  public Entry floor(byte[] prefix, byte[] key) {
    return delegate.floor(prefix, key);
  }

  @Override
  public void commit() {
    delegate.commit();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
