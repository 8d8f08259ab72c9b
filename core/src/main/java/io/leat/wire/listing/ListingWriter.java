package io.leat.wire.listing;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes a page. {@link #entry} begins an entry; what is not set of it after that is 0, false or
 * empty.
 */
public final class ListingWriter {

  private static final int NAME_BYTES_EXPECTED = 16;
  private static final int STRING_BYTES_EXPECTED = 64;
  private static final byte[] EMPTY = {};

  private byte[] rows;
  private byte[] names;
  private int nameBytes;
  private ByteBuffer strings = ByteBuffer.allocate(STRING_BYTES_EXPECTED);
  private final Map<ByteBuffer, Integer> numbers = new HashMap<>();
  private final LastString lastOwner = new LastString();
  private final LastString lastGroup = new LastString();
  private int count;
  private int row = -ListingLayout.ROW_BYTES;

  /**
   * @param entriesExpected how many there will be; there may be more
   */
  public ListingWriter(int entriesExpected) {
    rows = new byte[Math.max(1, entriesExpected) * ListingLayout.ROW_BYTES];
    names = new byte[Math.max(1, entriesExpected) * NAME_BYTES_EXPECTED];
    var unused = numberOf(EMPTY, 0, 0);
  }

  /** Entries so far. */
  public int count() {
    return count;
  }

  /**
   * Begins an entry.
   *
   * @param source holds the name, UTF-8 of at most 255 bytes, at {@code from}
   */
  public void entry(byte[] source, int from, int length) {
    if (count == ListingLayout.ENTRIES_MAX || length > ListingLayout.NAME_BYTES_MAX) {
      throw new IllegalStateException(
          "entry %d with a name of %d bytes does not fit into a page".formatted(count, length));
    }
    count++;
    row += ListingLayout.ROW_BYTES;
    if (row == rows.length) {
      rows = Arrays.copyOf(rows, 2 * rows.length);
    }
    if (nameBytes + length > names.length) {
      names = Arrays.copyOf(names, Math.max(2 * names.length, nameBytes + length));
    }
    System.arraycopy(source, from, names, nameBytes, length);
    nameBytes += length;
    ListingLayout.INTS.set(rows, row + ListingLayout.NAME_END, nameBytes);
  }

  public void fileId(long fileId) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.FILE_ID, fileId);
  }

  public void version(long version) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.VERSION, version);
  }

  /** Bytes. */
  public void size(long size) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.SIZE, size);
  }

  public void modifiedMillis(long millis) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.MODIFIED, millis);
  }

  public void accessedMillis(long millis) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.ACCESSED, millis);
  }

  /** Bytes. */
  public void blockSize(long blockSize) {
    ListingLayout.LONGS.set(rows, row + ListingLayout.BLOCK_SIZE, blockSize);
  }

  public void replication(int replication) {
    ListingLayout.INTS.set(rows, row + ListingLayout.REPLICATION, replication);
  }

  /** Permission bits, 0 to 01777. */
  public void mode(int mode) {
    ListingLayout.SHORTS.set(rows, row + ListingLayout.MODE, (short) mode);
  }

  public void directory(boolean directory) {
    flag(ListingLayout.DIRECTORY, directory);
  }

  public void underConstruction(boolean underConstruction) {
    flag(ListingLayout.UNDER_CONSTRUCTION, underConstruction);
  }

  private void flag(int flag, boolean set) {
    int flags = ListingLayout.getShort(rows, row + ListingLayout.FLAGS);
    ListingLayout.SHORTS.set(
        rows, row + ListingLayout.FLAGS, (short) (set ? flags | flag : flags & ~flag));
  }

  /**
   * Sets the owner.
   *
   * @param source holds the owner, UTF-8, at {@code from}; is not changed afterwards
   */
  public void owner(byte[] source, int from, int length) {
    ListingLayout.SHORTS.set(
        rows, row + ListingLayout.OWNER, (short) lastOwner.number(source, from, length));
  }

  /**
   * Sets the group.
   *
   * @param source holds the group, UTF-8, at {@code from}; is not changed afterwards
   */
  public void group(byte[] source, int from, int length) {
    ListingLayout.SHORTS.set(
        rows, row + ListingLayout.GROUP, (short) lastGroup.number(source, from, length));
  }

  /**
   * Sets owner, group and mode to those of an earlier entry.
   *
   * @param entry 0 to count - 2
   */
  public void accessAsIn(int entry) {
    int from = entry * ListingLayout.ROW_BYTES;
    ListingLayout.INTS.set(
        rows, row + ListingLayout.OWNER, ListingLayout.getInt(rows, from + ListingLayout.OWNER));
    ListingLayout.SHORTS.set(
        rows, row + ListingLayout.MODE, ListingLayout.getShort(rows, from + ListingLayout.MODE));
  }

  /**
   * Sets block size and replication to those of an earlier entry.
   *
   * @param entry 0 to count - 2
   */
  public void blocksAsIn(int entry) {
    int from = entry * ListingLayout.ROW_BYTES;
    blockSize(ListingLayout.getLong(rows, from + ListingLayout.BLOCK_SIZE));
    replication(ListingLayout.getInt(rows, from + ListingLayout.REPLICATION));
  }

  /** The page. */
  public byte[] toBytes() {
    int rowBytes = count * ListingLayout.ROW_BYTES;
    return ByteBuffer.allocate(
            ListingLayout.HEADER_BYTES + rowBytes + nameBytes + strings.position())
        .putInt(count)
        .putInt(nameBytes)
        .putInt(numbers.size())
        .put(rows, 0, rowBytes)
        .put(names, 0, nameBytes)
        .put(strings.slice(0, strings.position()))
        .array();
  }

  private int numberOf(byte[] source, int from, int length) {
    ByteBuffer string = ByteBuffer.wrap(source, from, length).slice();
    Integer known = numbers.putIfAbsent(string, numbers.size());
    if (known != null) {
      return known;
    }
    int needed = strings.position() + Integer.BYTES + length;
    if (needed > strings.capacity()) {
      strings = ByteBuffer.allocate(Math.max(2 * strings.capacity(), needed)).put(strings.flip());
    }
    strings.putInt(length).put(source, from, length);
    return numbers.size() - 1;
  }

  /** One entry's owner is most often the owner of the next. */
  private final class LastString {
    private byte[] source = EMPTY;
    private int from;
    private int to;
    private int number;

    int number(byte[] next, int nextFrom, int length) {
      if (!Arrays.equals(source, from, to, next, nextFrom, nextFrom + length)) {
        number = numberOf(next, nextFrom, length);
        source = next;
        from = nextFrom;
        to = nextFrom + length;
      }
      return number;
    }
  }
}
