package io.leat.mds.operation;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.leat.mds.image.EntryVisitor;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.wire.listing.ListingWriter;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.Reply;
import java.io.IOException;

/**
 * Turns directory entries into a page of a listing. It reads the fields of an {@link InodeRecord}
 * from the serialized form straight into the page: parsing it would make an object and two strings
 * for each entry, only to be serialized again.
 */
final class PageScan implements EntryVisitor {

  // A field's tag: its number and how it is encoded.
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final int FILE_ID = InodeRecord.FILE_ID_FIELD_NUMBER << 3 | VARINT;
  private static final int DIRECTORY = InodeRecord.DIRECTORY_FIELD_NUMBER << 3 | VARINT;
  private static final int SIZE = InodeRecord.SIZE_FIELD_NUMBER << 3 | VARINT;
  private static final int MODE = InodeRecord.MODE_FIELD_NUMBER << 3 | VARINT;
  private static final int OWNER = InodeRecord.OWNER_FIELD_NUMBER << 3 | BYTES;
  private static final int GROUP = InodeRecord.GROUP_FIELD_NUMBER << 3 | BYTES;
  private static final int MODIFIED = InodeRecord.MODIFIED_MILLIS_FIELD_NUMBER << 3 | VARINT;
  private static final int ACCESSED = InodeRecord.ACCESSED_MILLIS_FIELD_NUMBER << 3 | VARINT;
  private static final int VERSION = InodeRecord.VERSION_FIELD_NUMBER << 3 | VARINT;
  private static final int BLOCK_SIZE = InodeRecord.BLOCK_SIZE_FIELD_NUMBER << 3 | VARINT;
  private static final int REPLICATION = InodeRecord.REPLICATION_FIELD_NUMBER << 3 | VARINT;
  private static final int UNDER_CONSTRUCTION =
      InodeRecord.UNDER_CONSTRUCTION_FIELD_NUMBER << 3 | VARINT;

  private static final byte[] NAMELESS = {};

  private final int limit;
  private final ListingWriter page;
  private boolean more;

  /**
   * @param limit entries at most, above 0
   */
  PageScan(int limit) {
    this.limit = limit;
    this.page = new ListingWriter(limit);
  }

  @Override
  public boolean visit(byte[] key, byte[] value) {
    more = page.count() == limit;
    if (!more) {
      page.entry(key, Keys.ENTRY_NAME_START, key.length - Keys.ENTRY_NAME_START);
      copy(value);
    }
    return !more;
  }

  /** What a file that is listed itself adds. */
  void addNameless(InodeRecord inode) {
    page.entry(NAMELESS, 0, 0);
    copy(inode.toByteArray());
  }

  Reply reply() {
    return Reply.newBuilder()
        .setListing(
            Listing.newBuilder()
                .setPage(UnsafeByteOperations.unsafeWrap(page.toBytes()))
                .setMore(more))
        .build();
  }

  private void copy(byte[] inode) {
    CodedInputStream in = CodedInputStream.newInstance(inode);
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        copyField(tag, in, inode);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the image holds a damaged record", e);
    }
  }

  private void copyField(int tag, CodedInputStream in, byte[] inode) throws IOException {
    switch (tag) {
      case FILE_ID -> page.fileId(in.readUInt64());
      case DIRECTORY -> page.directory(in.readBool());
      case SIZE -> page.size(in.readUInt64());
      case MODE -> page.mode(in.readUInt32());
      case OWNER -> {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        in.skipRawBytes(length);
        page.owner(inode, from, length);
      }
      case GROUP -> {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        in.skipRawBytes(length);
        page.group(inode, from, length);
      }
      case MODIFIED -> page.modifiedMillis(in.readInt64());
      case ACCESSED -> page.accessedMillis(in.readInt64());
      case VERSION -> page.version(in.readUInt64());
      case BLOCK_SIZE -> page.blockSize(in.readUInt64());
      case REPLICATION -> page.replication(in.readUInt32());
      case UNDER_CONSTRUCTION -> page.underConstruction(in.readBool());
      default -> {
        var unused = in.skipField(tag);
      }
    }
  }
}
