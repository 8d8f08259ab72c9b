package io.leat.mds.namespace;

import io.leat.mds.namespace.proto.LeaseRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys of the namespace image: a table's letter, then ids as 8-byte big-endian numbers, so that the
 * order of keys is the order of ids and offsets.
 *
 * <pre>
 *   D parent name       -> InodeRecord     the entry and the inode in one value
 *   B file              -> parent, name    where the entry stands
 *   E file offset       -> extent
 *   X file name         -> extended attribute
 *   W file              -> LeaseRecord     the write lease
 *   L session file      -> nothing         write leases by session
 *   S session           -> SessionRecord
 *   U session           -> PoolRecord      space for the session's small files
 *   R session slot      -> sequence, Reply the last reply of each slot
 *   F volume block      -> count           free blocks by place
 *   G volume count block-> nothing         free blocks by length
 *   P file volume block -> count           blocks replaced while readers had the file open
 *   K session stream    -> file            streams that may still write although they are over
 *   Q session stream volume block -> count blocks in quarantine for such a stream
 *   T volume block      -> session, stream block of a file that such a stream may still write into
 *   V volume            -> VolumeRecord
 *   H boot              -> BootRecord      boots of the host of buffered volumes
 *   C                   -> CountersRecord
 * </pre>
 */
public final class Keys {

  /** Where the name begins in an entry's key. */
  public static final int ENTRY_NAME_START = 9;

  private Keys() {}

  public static byte[] entry(long parent, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(9 + utf8.length).put((byte) 'D').putLong(parent).put(utf8).array();
  }

  public static byte[] entries(long parent) {
    return of('D', parent);
  }

  /** The entries of all directories. */
  static byte[] allEntries() {
    return new byte[] {'D'};
  }

  /** The name in an entry's key. */
  public static String entryName(byte[] key) {
    return new String(key, ENTRY_NAME_START, key.length - ENTRY_NAME_START, StandardCharsets.UTF_8);
  }

  public static byte[] backPointer(long file) {
    return of('B', file);
  }

  public static byte[] extent(long file, long offset) {
    return of('E', file, offset);
  }

  public static byte[] extents(long file) {
    return of('E', file);
  }

  public static byte[] leases() {
    return new byte[] {'W'};
  }

  public static byte[] xattr(long file, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(9 + utf8.length).put((byte) 'X').putLong(file).put(utf8).array();
  }

  public static byte[] xattrs(long file) {
    return of('X', file);
  }

  public static String xattrName(byte[] key) {
    return new String(key, 9, key.length - 9, StandardCharsets.UTF_8);
  }

  /** The write lease of a whole file, and what the keys of its ranges' leases begin with. */
  public static byte[] lease(long file) {
    return of('W', file);
  }

  /** The write lease of a range that begins at {@code offset}. */
  public static byte[] lease(long file, long offset) {
    return of('W', file, offset);
  }

  public static byte[] lease(long file, LeaseRecord lease) {
    return lease.hasRange() ? lease(file, lease.getRange().getOffset()) : lease(file);
  }

  public static byte[] leaseOf(long session, long file) {
    return of('L', session, file);
  }

  public static byte[] leaseOf(long file, LeaseRecord lease) {
    return lease.hasRange()
        ? of('L', lease.getSession(), file, lease.getRange().getOffset())
        : leaseOf(lease.getSession(), file);
  }

  /** The lease that a key of the index by session stands for. */
  public static byte[] indexedLease(byte[] key) {
    return ByteBuffer.allocate(key.length - Long.BYTES)
        .put((byte) 'W')
        .put(key, 1 + Long.BYTES, key.length - 1 - Long.BYTES)
        .array();
  }

  public static byte[] leasesOf(long session) {
    return of('L', session);
  }

  public static byte[] session(long session) {
    return of('S', session);
  }

  public static byte[] pool(long session) {
    return of('U', session);
  }

  public static byte[] pools() {
    return new byte[] {'U'};
  }

  public static byte[] sessions() {
    return new byte[] {'S'};
  }

  public static byte[] reply(long session, long slot) {
    return of('R', session, slot);
  }

  public static byte[] replies(long session) {
    return of('R', session);
  }

  public static byte[] freeAt(long volume, long block) {
    return of('F', volume, block);
  }

  public static byte[] freeOn(long volume) {
    return of('F', volume);
  }

  public static byte[] freeByLength(long volume, long count, long block) {
    return of('G', volume, count, block);
  }

  public static byte[] freeLengthsOn(long volume) {
    return of('G', volume);
  }

  public static byte[] pinned(long file, long volume, long block) {
    return of('P', file, volume, block);
  }

  public static byte[] pins() {
    return new byte[] {'P'};
  }

  public static byte[] pinnedBy(long file) {
    return of('P', file);
  }

  public static byte[] held(long session, long stream) {
    return of('K', session, stream);
  }

  public static byte[] heldOf(long session) {
    return of('K', session);
  }

  public static byte[] allHeld() {
    return new byte[] {'K'};
  }

  public static byte[] quarantined(long session, long stream, long volume, long block) {
    return of('Q', session, stream, volume, block);
  }

  public static byte[] quarantinedFor(long session, long stream) {
    return of('Q', session, stream);
  }

  public static byte[] quarantinedOf(long session) {
    return of('Q', session);
  }

  public static byte[] tail(long volume, long block) {
    return of('T', volume, block);
  }

  static byte[] tailsOn(long volume) {
    return of('T', volume);
  }

  /** Above every key of this stream, and not above any of the next one. */
  static byte[] quarantinedBehind(long session, long stream) {
    return endOf(of('Q', session, stream));
  }

  public static byte[] quarantine() {
    return new byte[] {'Q'};
  }

  public static byte[] volume(long volume) {
    return of('V', volume);
  }

  public static byte[] volumes() {
    return new byte[] {'V'};
  }

  public static byte[] boot(long number) {
    return of('H', number);
  }

  static byte[] boots() {
    return new byte[] {'H'};
  }

  public static byte[] counters() {
    return new byte[] {'C'};
  }

  /** The number at {@code index} (0-based) behind the table's letter. */
  public static long number(byte[] key, int index) {
    return ByteBuffer.wrap(key).getLong(1 + 8 * index);
  }

  /** The smallest key above every key that starts with {@code prefix}'s bytes and a 0xFF run. */
  static byte[] endOf(byte[] prefix) {
    byte[] end = Arrays.copyOf(prefix, prefix.length + 2 * Long.BYTES);
    Arrays.fill(end, prefix.length, end.length, (byte) 0xFF);
    return end;
  }

  private static byte[] of(char table, long... numbers) {
    ByteBuffer key = ByteBuffer.allocate(1 + 8 * numbers.length).put((byte) table);
    for (long number : numbers) {
      key.putLong(number);
    }
    return key.array();
  }
}
