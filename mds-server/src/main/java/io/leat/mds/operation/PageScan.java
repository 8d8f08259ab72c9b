package io.leat.mds.operation;

import com.google.protobuf.UnsafeByteOperations;
import io.leat.mds.image.EntryVisitor;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.wire.listing.ListingWriter;
import io.leat.wire.proto.Listing;

/** Turns directory entries into a page of a listing, up to a limit. */
final class PageScan implements EntryVisitor {

  private static final byte[] NAMELESS = {};

  private final int limit;
  private final ListingWriter page;
  private final RecordCopy records;
  private boolean more;

  /**
   * @param limit entries at most, above 0
   */
  PageScan(int limit) {
    this.limit = limit;
    this.page = new ListingWriter(limit);
    this.records = new RecordCopy(page);
  }

  @Override
  public boolean visit(byte[] key, byte[] value) {
    more = page.count() == limit;
    if (!more) {
      page.entry(key, Keys.ENTRY_NAME_START, key.length - Keys.ENTRY_NAME_START);
      records.copy(value);
    }
    return !more;
  }

  /** What a file that is listed itself adds. */
  void addNameless(InodeRecord inode) {
    page.entry(NAMELESS, 0, 0);
    records.copy(inode.toByteArray());
  }

  Listing listing() {
    return Listing.newBuilder()
        .setPage(UnsafeByteOperations.unsafeWrap(page.toBytes()))
        .setMore(more)
        .build();
  }
}
