package io.leat.mds.operation;

import com.google.protobuf.CodedInputStream;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.wire.listing.ListingWriter;
import java.io.IOException;
import java.util.Arrays;

/**
 * Copies the fields of serialized {@link InodeRecord}s into the entries of a page. Parsing would
 * make an object and two strings for each entry, only to be serialized again.
 *
 * <p>Entries of one directory mostly agree in owner, group, mode and block size, and records have
 * their fields in the order of their numbers: where the bytes are those that an earlier record had,
 * the row gets what that record's row has, without decoding them.
 */
final class RecordCopy {

  // A field's tag: its number and how it is encoded.
  private static final int KIND_BITS = 3;
  private static final int KIND_MASK = (1 << KIND_BITS) - 1;
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FILE_ID = InodeRecord.FILE_ID_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int DIRECTORY = InodeRecord.DIRECTORY_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int SIZE = InodeRecord.SIZE_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int MODE = InodeRecord.MODE_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int OWNER = InodeRecord.OWNER_FIELD_NUMBER << KIND_BITS | BYTES;
  private static final int GROUP = InodeRecord.GROUP_FIELD_NUMBER << KIND_BITS | BYTES;
  private static final int MODIFIED =
      InodeRecord.MODIFIED_MILLIS_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int ACCESSED =
      InodeRecord.ACCESSED_MILLIS_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int VERSION = InodeRecord.VERSION_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int BLOCK_SIZE = InodeRecord.BLOCK_SIZE_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int REPLICATION = InodeRecord.REPLICATION_FIELD_NUMBER << KIND_BITS | VARINT;
  private static final int UNDER_CONSTRUCTION =
      InodeRecord.UNDER_CONSTRUCTION_FIELD_NUMBER << KIND_BITS | VARINT;

  private static final int VARINT_BITS = 7;
  private static final int VARINT_BITS_MAX = 64;

  private final ListingWriter page;

  /** Mode, owner and group. */
  private final KnownRun access = new KnownRun();

  /** Block size and replication. */
  private final KnownRun blocks = new KnownRun();

  /** Where the next byte of the record is. */
  private int place;

  RecordCopy(ListingWriter page) {
    this.page = page;
  }

  /**
   * Copies a record into the entry that was begun last.
   *
   * @param inode not changed from here on
   * @throws IllegalStateException when it is damaged
   */
  void copy(byte[] inode) {
    try {
      if (!copyInOrder(inode)) {
        copyRest(inode, CodedInputStream.newInstance(inode, place, inode.length - place));
      }
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new IllegalStateException("the image holds a damaged record", e);
    }
  }

  /**
   * Copies numbers and known runs in the order in which records have them. Where that ends the rest
   * of the record is left.
   *
   * @return whether nothing is left
   */
  private boolean copyInOrder(byte[] inode) {
    place = 0;
    if (isAt(inode, FILE_ID)) {
      page.fileId(number(inode));
    }
    if (isAt(inode, DIRECTORY)) {
      page.directory(number(inode) != 0);
    }
    if (isAt(inode, SIZE)) {
      page.size(number(inode));
    }
    if (access.isAt(inode, place)) {
      page.accessAsIn(access.entry);
      place += access.length();
    }
    if (isAt(inode, MODIFIED)) {
      page.modifiedMillis(number(inode));
    }
    if (isAt(inode, ACCESSED)) {
      page.accessedMillis(number(inode));
    }
    if (isAt(inode, VERSION)) {
      page.version(number(inode));
    }
    if (blocks.isAt(inode, place)) {
      page.blocksAsIn(blocks.entry);
      place += blocks.length();
    }
    boolean on = true;
    while (on && place < inode.length) {
      on = skipLater(inode);
    }
    return place == inode.length;
  }

  /** Skips a number that comes behind all that rows hold, if there is one. */
  private boolean skipLater(byte[] inode) {
    int start = place;
    int tag = inode[place];
    if (tag < 0) {
      place++;
      tag = (tag & Byte.MAX_VALUE) | inode[place] << VARINT_BITS;
    }
    boolean later = (tag & KIND_MASK) == VARINT && tag > UNDER_CONSTRUCTION;
    if (later) {
      var unused = number(inode);
    } else {
      place = start;
    }
    return later;
  }

  private boolean isAt(byte[] inode, int tag) {
    return place < inode.length && inode[place] == tag;
  }

  /** The number behind the last byte of a tag. */
  private long number(byte[] inode) {
    int at = place + 1;
    long value = inode[at++];
    if (value < 0) {
      value &= Byte.MAX_VALUE;
      long next = -1;
      for (int shift = VARINT_BITS; next < 0; shift += VARINT_BITS) {
        if (shift >= VARINT_BITS_MAX) {
          throw new IllegalStateException("the image holds a damaged record: an endless number");
        }
        next = inode[at++];
        value |= (next & Byte.MAX_VALUE) << shift;
      }
    }
    place = at;
    return value;
  }

  private void copyNumber(int tag, long value) {
    switch (tag) {
      case FILE_ID -> page.fileId(value);
      case DIRECTORY -> page.directory(value != 0);
      case SIZE -> page.size(value);
      case MODE -> page.mode((int) value);
      case MODIFIED -> page.modifiedMillis(value);
      case ACCESSED -> page.accessedMillis(value);
      case VERSION -> page.version(value);
      case BLOCK_SIZE -> page.blockSize(value);
      case REPLICATION -> page.replication((int) value);
      case UNDER_CONSTRUCTION -> page.underConstruction(value != 0);
      default -> {
        // no row holds it
      }
    }
  }

  /** Any fields in any order; remembers the runs. */
  private void copyRest(byte[] inode, CodedInputStream in) throws IOException {
    int from = place;
    int before = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int start = place;
      copyField(tag, in, inode, from);
      place = from + in.getTotalBytesRead();
      learn(inode, before, tag, start);
      before = tag;
    }
  }

  private void copyField(int tag, CodedInputStream in, byte[] inode, int from) throws IOException {
    if (tag == OWNER || tag == GROUP) {
      int length = in.readRawVarint32();
      int start = from + in.getTotalBytesRead();
      in.skipRawBytes(length);
      if (tag == OWNER) {
        page.owner(inode, start, length);
      } else {
        page.group(inode, start, length);
      }
    } else if ((tag & KIND_MASK) == VARINT) {
      copyNumber(tag, in.readRawVarint64());
    } else {
      var unused = in.skipField(tag);
    }
  }

  private void learn(byte[] inode, int before, int tag, int start) {
    int entry = page.count() - 1;
    switch (tag) {
      case MODE -> access.begin(inode, start, place, entry);
      case OWNER -> access.goOn(before == MODE, place, entry);
      case GROUP -> access.goOn(before == OWNER, place, entry);
      case BLOCK_SIZE -> blocks.begin(inode, start, place, entry);
      case REPLICATION -> blocks.goOn(before == BLOCK_SIZE, place, entry);
      default -> {
        // of no run
      }
    }
  }

  /** Fields one behind the other as one record had them, and the entry it became. */
  private static final class KnownRun {
    private byte[] record = {};
    private int from;
    private int to;
    private int entry;

    boolean isAt(byte[] inode, int start) {
      int length = to - from;
      return length != 0
          && inode.length - start >= length
          && Arrays.equals(record, from, to, inode, start, start + length);
    }

    int length() {
      return to - from;
    }

    void begin(byte[] inode, int start, int end, int itsEntry) {
      record = inode;
      from = start;
      to = end;
      entry = itsEntry;
    }

    /** Takes the next field in; a run that is not what it should be is not known any more. */
    void goOn(boolean inOrder, int end, int itsEntry) {
      to = inOrder && entry == itsEntry && to != from ? end : from;
    }
  }
}
