package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.RangeRecord;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Reply;
import java.util.List;

/**
 * Gives the write lease of a range of a file that is there to the stream that asks, beside others
 * that have other ranges. What the range holds is taken away, so that the stream begins with
 * nothing, as one does that creates a file.
 */
public final class OpenRange {

  /** Ranges of a file that may be open at the same time. */
  public static final int WRITERS_MAX = 1_024;

  /** Extents that a range may hold when it is opened; a batch has to fit into the journal. */
  static final int EXTENTS_MAX = 20_000;

  private final OperationContext context;
  private final Create request;
  private final ByteRange range;

  private OpenRange(OperationContext context, Create request) throws LeatException {
    this.context = context;
    this.request = request;
    this.range = rangeOf(request);
  }

  static Reply execute(OperationContext context, Create request, Node file)
      throws LeatException, TokenConflict {
    return new OpenRange(context, request).open(file);
  }

  private Reply open(Node file) throws LeatException, TokenConflict {
    String path = request.getPath();
    Access.require(context.caller(), file, Access.WRITE, path);
    requireFree(file);
    context.requireNothingLost(file, path);
    requireDurable(file);
    requireMayTakeAway(
        context.namespace().overlapping(file.id(), range.offset(), range.end(), EXTENTS_MAX + 1));
    context.requireUncontended(FileAccess.OPEN_RANGE, file);
    Node open = takeAway(file);
    Grant grant = lease(context, open.id(), request);
    return Replies.openedWithoutLayout(open, grant);
  }

  /** Gives the write lease of the range that {@code request} names. */
  static Grant lease(OperationContext context, long file, Create request) throws LeatException {
    ByteRange range = rangeOf(request);
    context
        .namespace()
        .putLease(
            file,
            CreateOperation.record(context, request.getStream())
                .setRange(
                    RangeRecord.newBuilder()
                        .setOffset(range.offset())
                        .setLength(range.length())
                        .setCommittedEnd(range.offset()))
                .build());
    return context.tokens().grant(file, context.session(), FileAccess.WRITE_RANGE.tokens());
  }

  /** Fails unless the range is one of bytes that a file can have. */
  static void requireSane(Create request) throws LeatException {
    var unused = rangeOf(request);
  }

  private static ByteRange rangeOf(Create request) throws LeatException {
    long offset = request.getRange().getOffset();
    long length = request.getRange().getLength();
    try {
      return length == 0 ? ByteRange.from(offset) : new ByteRange(offset, length);
    } catch (IllegalArgumentException e) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Cannot write %s at %s".formatted(request.getPath(), e.getMessage()));
    }
  }

  private void requireFree(Node file) throws LeatException {
    List<LeaseRecord> leases = context.namespace().leases(file.id(), WRITERS_MAX);
    for (LeaseRecord lease : leases) {
      if (Namespace.rangeOf(lease).overlaps(range)) {
        throw context.leaseHeld(request.getPath(), lease);
      }
    }
    if (leases.size() == WRITERS_MAX) {
      throw new LeatException(
          ErrorCode.OVERLOADED,
          "%s has %d writers, the most that are possible; waiting for one to close"
              .formatted(request.getPath(), WRITERS_MAX));
    }
  }

  /** In a file that several write no byte is in doubt after a crash of the host (D1). */
  private void requireDurable(Node file) throws LeatException {
    if (SyncedBytes.durableSize(context.namespace(), file.inode()) < file.inode().getSize()) {
      throw new LeatException(
          ErrorCode.FLUSHING,
          "%s has bytes that are not on the device yet; waiting for the server's next flush of the volume"
              .formatted(request.getPath()));
    }
  }

  private void requireMayTakeAway(List<Extent> there) throws LeatException {
    boolean written = there.stream().anyMatch(extent -> !extent.isHole());
    if (written && !request.getOverwrite()) {
      throw new LeatException(
          ErrorCode.ALREADY_EXISTS,
          "%s has been written in %s already".formatted(request.getPath(), range));
    }
    if (there.size() > EXTENTS_MAX) {
      throw invalid(
          "holds over %d extents there; delete the file and write it anew".formatted(EXTENTS_MAX));
    }
    Extent last = there.isEmpty() ? null : there.get(there.size() - 1);
    if (last != null
        && last.isOnVolume()
        && range.end() < last.fileEnd()
        && (range.end() - last.fileOffset()) % Extent.BLOCK_BYTES != 0) {
      throw invalid(
          "holds bytes %d to %d in one piece, of which the range would take a part that ends within a block"
              .formatted(last.fileOffset(), last.fileEnd() - 1));
    }
  }

  /** A range that reaches to the file's end ends the file where it begins. */
  private Node takeAway(Node file) {
    long size = file.inode().getSize();
    long kept = range.end() >= size ? Math.min(size, range.offset()) : size;
    List<BlockRange> dropped =
        kept < size || range.offset() >= size
            ? context.namespace().cut(file.id(), kept)
            : context
                .namespace()
                .replace(file.id(), List.of(Extent.hole(range.offset(), range.length())));
    dropped.forEach(blocks -> context.drop(file, blocks));
    return context
        .namespace()
        .update(
            file,
            inode -> {
              SyncedBytes.committed(context.namespace(), inode, kept, true);
              inode
                  .setSize(kept)
                  .setUnderConstruction(true)
                  .setModifiedMillis(Math.max(inode.getModifiedMillis(), context.nowMillis()));
            });
  }

  private LeatException invalid(String why) {
    return new LeatException(
        ErrorCode.INVALID_ARGUMENT,
        "Cannot write %s of %s: the file ".formatted(range, request.getPath()) + why);
  }
}
