package io.leat.mds.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.GetOp;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

/**
 * An LMDB transaction with its one cursor and its key buffer, all of them reused from call to call.
 *
 * <p>Checks nothing: LMDB answers use after the end with a crash of the process, so callers make
 * sure that the transaction lives, and that one thread at a time is in here. Calls may nest through
 * a visitor: the cursor's {@code moves} tell a scan that somebody else has moved the cursor or
 * changed the pages below it.
 */
final class LmdbView {

  private final Dbi<ByteBuffer> dbi;
  private final Txn<ByteBuffer> txn;
  private final ByteBuffer keyBuffer;
  private Cursor<ByteBuffer> cursor;
  private long moves;

  /**
   * @param keyBuffer direct, of at least {@link Keys#MAX_PLACE_BYTES}, for this view alone
   */
  LmdbView(Dbi<ByteBuffer> dbi, Txn<ByteBuffer> txn, ByteBuffer keyBuffer) {
    this.dbi = dbi;
    this.txn = txn;
    this.keyBuffer = keyBuffer;
  }

  byte[] get(byte[] key) {
    ByteBuffer value = dbi.get(txn, loaded(key));
    return value == null ? null : copyOf(value);
  }

  boolean contains(byte[] key) {
    return dbi.get(txn, loaded(key)) != null;
  }

  void put(byte[] key, byte[] value) {
    moves++;
    dbi.reserve(txn, loaded(key), value.length).put(value);
  }

  void append(byte[] key, byte[] value) {
    moves++;
    dbi.reserve(txn, loaded(key), value.length, PutFlags.MDB_APPEND).put(value);
  }

  boolean delete(byte[] key) {
    moves++;
    return dbi.delete(txn, loaded(key));
  }

  void scan(byte[] prefix, byte[] from, EntryVisitor visitor) {
    boolean found = seek(Keys.scanStart(prefix, from));
    while (found) {
      byte[] key = copyOf(cursor.key());
      if (!Keys.startsWith(key, prefix)) {
        return;
      }
      byte[] place = key.clone(); // the visitor may change its own array
      long movesBefore = moves;
      if (!visitor.visit(key, copyOf(cursor.val()))) {
        return;
      }
      found = moves == movesBefore ? cursor.next() : seekBehind(place);
    }
  }

  Entry floor(byte[] prefix, byte[] key) {
    boolean found = Keys.isAbove(key, prefix) ? seekLastWithPrefix(prefix) : seekAtMost(key);
    if (!found) {
      return null;
    }
    byte[] foundKey = copyOf(cursor.key());
    return Keys.startsWith(foundKey, prefix) ? new Entry(foundKey, copyOf(cursor.val())) : null;
  }

  private boolean seekAtMost(byte[] key) {
    if (key.length == 0) {
      return false;
    }
    if (!seek(key)) {
      return cursor.last();
    }
    return Arrays.equals(copyOf(cursor.key()), key) || cursor.prev();
  }

  private boolean seekLastWithPrefix(byte[] prefix) {
    byte[] successor = Keys.successor(prefix);
    boolean above = successor != null && seek(successor);
    return above ? cursor.prev() : movedCursor().last();
  }

  /** Goes to the first key at or after {@code place}. */
  private boolean seek(byte[] place) {
    Cursor<ByteBuffer> moved = movedCursor();
    return place.length == 0 ? moved.first() : moved.get(loaded(place), GetOp.MDB_SET_RANGE);
  }

  private boolean seekBehind(byte[] place) {
    return seek(place) && (!Arrays.equals(copyOf(cursor.key()), place) || cursor.next());
  }

  private Cursor<ByteBuffer> movedCursor() {
    moves++;
    if (cursor == null) {
      cursor = dbi.openCursor(txn);
    }
    return cursor;
  }

  private ByteBuffer loaded(byte[] key) {
    return keyBuffer.clear().put(key).flip();
  }

  private static byte[] copyOf(ByteBuffer mapped) {
    byte[] bytes = new byte[mapped.remaining()];
    mapped.get(mapped.position(), bytes);
    return bytes;
  }

  /** Gives up a reader's view of the pages and keeps its slot, cursor and buffers. */
  void reset() {
    txn.reset();
  }

  /** Lets a reset reader see the last committed state. */
  void renew() {
    txn.renew();
    if (cursor != null) {
      cursor.renew(txn);
    }
  }

  /** Commits a writer; on failure LMDB has dropped its changes. Either way it has ended. */
  void commit() {
    closeCursor();
    try {
      txn.commit();
    } finally {
      txn.close();
    }
  }

  /** Ends a reader, or a writer without its changes. */
  void abort() {
    closeCursor();
    txn.close();
  }

  private void closeCursor() {
    if (cursor != null) {
      cursor.close();
      cursor = null;
    }
  }
}
