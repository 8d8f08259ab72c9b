package io.leat.mds.operation;

import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Committed;
import io.leat.wire.proto.FlushProof;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Publishes bytes that a stream has put on the device (D1), and ends the stream if asked.
 *
 * <p>Committed bytes never change in place (D3): new extents stand in blocks delegated to the
 * stream, or grow the file's tail inside a block that this same stream was given. A stream that
 * appends to another's tail brings a copy of the tail block in a new one.
 *
 * <p>A small file that has nothing on a volume comes whole, in one inline extent, when its stream
 * ends; so it is durable with its name.
 *
 * <p>Of a buffered volume the bytes may still be on their way to the device; then a proof that
 * comes with the commit, or the server's own next flush, says which of them a crash of the host has
 * left.
 */
record CommitOperation(Commit request) implements Operation {

  /** An inline extent takes the place of one at most. */
  private static final int EXTENTS_REPLACED = 1;

  /** Whether a file's bytes come with the commit. */
  static boolean isInline(Commit request) {
    return request.getExtentsList().stream().anyMatch(extent -> !extent.getInline().isEmpty());
  }

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Node file = context.namespace().live(request.getFileId());
    LeaseRecord lease = context.requireLease(file.id(), request.getStream());
    long end = Namespace.committedEnd(file, lease);
    long changedFrom = end;
    if (lease.hasRange()) {
      requireOfRange(file, lease);
    }
    if (request.getExtentsCount() > 0) {
      List<Extent> extents = parse(file, lease);
      if (!growsInPlace(context, file, lease, extents.get(0))) {
        changedFrom = extents.get(0).fileOffset();
      }
      List<BlockRange> left =
          isInline(request)
              ? requireWhole(context, file, lease, extents)
              : requireDelegated(context, file, lease, extents);
      apply(context, file, lease, extents);
      lease = committed(Delegations.with(lease, left));
    } else if (request.getSize() != end) {
      throw invalid(file, "the size changes to " + request.getSize() + " without extents");
    }
    if (request.hasProof()) {
      requireSane(request.getProof(), file, changedFrom);
    }
    return finish(context, file, lease, changedFrom);
  }

  private LeaseRecord committed(LeaseRecord lease) {
    LeaseRecord.Builder changed = lease.toBuilder().setOwnsTail(true);
    if (lease.hasRange()) {
      changed.getRangeBuilder().setCommittedEnd(request.getSize());
    }
    return changed.build();
  }

  /** A range's bytes are on the device, on a volume, and none is behind its end. */
  private void requireOfRange(Node file, LeaseRecord lease) throws LeatException {
    ByteRange range = Namespace.rangeOf(lease);
    if (isInline(request)
        || request.hasProof()
        || (request.getExtentsCount() > 0 && !request.getSynced())) {
      throw invalid(file, "bytes of a range are flushed to a volume before they are committed");
    }
    if (request.getSize() > range.end()) {
      throw invalid(file, "extents end at %d, %s are its own".formatted(request.getSize(), range));
    }
  }

  private Reply finish(OperationContext context, Node file, LeaseRecord lease, long changedFrom) {
    boolean durable = request.getSynced() || isInline(request); // what is inline is in the journal
    if (request.getClose()) {
      context.namespace().removeLease(file.id(), lease);
      Delegations.ranges(lease).forEach(context.namespace()::free);
      release(context, file, lease);
    } else if (request.getExtentsCount() > 0) {
      context.namespace().putLease(file.id(), lease);
    }
    if (!request.getClose() && !request.getSynced() && !request.hasProof()) {
      context.state().answersEarly();
    }
    boolean written = !request.getClose() || isWrittenByOthers(context, file, lease);
    Node changed =
        context
            .namespace()
            .update(
                file,
                inode -> {
                  note(context, inode, changedFrom, durable);
                  inode.setUnderConstruction(written);
                  if (request.getExtentsCount() > 0) {
                    grow(context, inode, lease);
                  }
                });
    return Reply.newBuilder()
        .setCommitted(Committed.newBuilder().setStatus(Replies.statusOf(changed)))
        .build();
  }

  /** A file that has one writer may be the shorter one; of several the largest wins. */
  private void grow(OperationContext context, InodeRecord.Builder inode, LeaseRecord lease) {
    long now = context.nowMillis();
    inode
        .setSize(
            lease.hasRange() ? Math.max(inode.getSize(), request.getSize()) : request.getSize())
        .setModifiedMillis(lease.hasRange() ? Math.max(inode.getModifiedMillis(), now) : now);
  }

  private static boolean isWrittenByOthers(OperationContext context, Node file, LeaseRecord lease) {
    return lease.hasRange() && context.namespace().isLeased(file.id());
  }

  /** Notes which of the file's bytes are durable. */
  private void note(
      OperationContext context, InodeRecord.Builder inode, long changedFrom, boolean durable) {
    if (request.hasProof()) {
      FlushProof proof = request.getProof();
      SyncedBytes.proved(
          context.namespace(), inode, proof.getFlushed(), request.getSize(), proof.getCrc());
    } else if (request.getExtentsCount() > 0 || durable) {
      SyncedBytes.committed(context.namespace(), inode, changedFrom, durable);
    }
  }

  private void requireSane(FlushProof proof, Node file, long changedFrom) throws LeatException {
    if (request.getClose() || request.getSynced() || isInline(request)) {
      throw invalid(file, "a flush proof comes with a commit that publishes on a volume alone");
    }
    long flushed = proof.getFlushed();
    if (flushed < 0
        || flushed > changedFrom
        || request.getSize() - flushed > SyncedBytes.PROOF_BYTES_MAX) {
      throw invalid(
          file,
          "a flush proof begins at byte %d, the commit's bytes at %d, and ends at %d; %d bytes at most"
              .formatted(flushed, changedFrom, request.getSize(), SyncedBytes.PROOF_BYTES_MAX));
    }
  }

  private void release(OperationContext context, Node file, LeaseRecord lease) {
    if (lease.hasRange() && !context.namespace().leasesOf(context.session(), file.id()).isEmpty()) {
      return; // other streams of the session live on the tokens
    }
    TokenSet held = context.tokens().held(file.id(), context.session());
    long grant = request.getReleaseGrant();
    if (grant == 0 || !context.tokens().release(file.id(), context.session(), held, grant)) {
      context.tokens().restrict(file.id(), context.session(), FileAccess.READ_SNAPSHOT.tokens());
    }
    context.state().reclaim();
  }

  /** Extents as values, checked to be one run of bytes that goes on to the stream's new end. */
  private List<Extent> parse(Node file, LeaseRecord lease) throws LeatException {
    List<Extent> extents = new ArrayList<>(request.getExtentsCount());
    long end = Namespace.committedEnd(file, lease);
    long first = lease.getRange().getOffset();
    long at = request.getExtents(0).getFileOffset();
    if (at > end || at < first || end - at >= Extent.BLOCK_BYTES) {
      throw invalid(file, "extents start at " + at + " and committed bytes end at " + end);
    }
    for (io.leat.wire.proto.Extent sent : request.getExtentsList()) {
      Extent extent = extent(file, sent);
      if (extent.fileOffset() != at) {
        throw invalid(file, "extents leave a gap at byte " + at);
      }
      at = extent.fileEnd();
      extents.add(extent);
    }
    if (at != request.getSize() || at < end) {
      throw invalid(file, "extents end at %d, size %d".formatted(at, request.getSize()));
    }
    return extents;
  }

  private Extent extent(Node file, io.leat.wire.proto.Extent sent) throws LeatException {
    if (sent.getUnwritten()) {
      throw invalid(file, "byte " + sent.getFileOffset() + " has not been written");
    }
    try {
      return ExtentMessages.extent(sent);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid(file, e.getMessage());
    }
  }

  /**
   * Makes sure that one inline extent is all that the file will hold, and that it begins with what
   * it holds now (D3).
   *
   * @return what is delegated to the stream
   */
  private List<BlockRange> requireWhole(
      OperationContext context, Node file, LeaseRecord lease, List<Extent> extents)
      throws LeatException {
    Extent whole = extents.get(0);
    if (!request.getClose() || extents.size() != 1 || whole.fileOffset() != 0) {
      throw invalid(file, "an inline extent comes alone, with the close, and holds the whole file");
    }
    for (Extent present : context.namespace().extents(file.id(), 0, EXTENTS_REPLACED + 1)) {
      if (!present.isInline() || present.fileOffset() != 0) {
        throw invalid(file, "the file is not inline, it has an extent at " + present.fileOffset());
      }
      if (!whole.bytes().startsWith(present.bytes())) {
        throw invalid(file, "the inline extent changes bytes that are committed");
      }
    }
    return Delegations.ranges(lease);
  }

  /** What stays delegated once these extents are the file's; fails for blocks not the stream's. */
  private List<BlockRange> requireDelegated(
      OperationContext context, Node file, LeaseRecord lease, List<Extent> extents)
      throws LeatException {
    requireWholeBlocksBefore(context, file, lease, extents.get(0).fileOffset());
    List<BlockRange> left = Delegations.ranges(lease);
    List<BlockRange> pool = null; // what the session has for small files, where it is needed
    for (Extent extent : extents) {
      BlockRange fresh = freshBlocks(context, file, lease, extent);
      if (fresh == null) {
        continue;
      }
      if (Delegations.hold(left, fresh)) {
        left = Delegations.without(left, fresh);
        continue;
      }
      pool = pool == null ? context.namespace().pool(context.session()) : pool;
      if (!Delegations.hold(pool, fresh)) {
        throw invalid(file, "blocks " + fresh + " are not delegated to the stream");
      }
      pool = Delegations.without(pool, fresh);
    }
    if (pool != null) {
      context.namespace().putPool(context.session(), pool);
    }
    return left;
  }

  /** Blocks of {@code extent} that are new to the file; null when it only grows in its block. */
  private static BlockRange freshBlocks(
      OperationContext context, Node file, LeaseRecord lease, Extent extent) {
    Optional<Extent> last = context.namespace().lastOf(file, lease);
    boolean grows = growsInPlace(context, file, lease, extent);
    long known = grows ? last.get().blockEnd() : extent.block();
    return known >= extent.blockEnd()
        ? null
        : new BlockRange(extent.volume(), known, extent.blockEnd() - known);
  }

  /** True when {@code extent} begins where the stream's tail stands already. */
  private static boolean growsInPlace(
      OperationContext context, Node file, LeaseRecord lease, Extent extent) {
    Optional<Extent> last = context.namespace().lastOf(file, lease);
    return lease.getOwnsTail()
        && last.isPresent()
        && last.get().isOnVolume()
        && extent.isOnVolume()
        && extent.fileOffset() < last.get().fileEnd()
        && last.get().volume() == extent.volume()
        && last.get().volumeOffset(extent.fileOffset()) == extent.volumeOffset(extent.fileOffset());
  }

  /** The extent that is cut at {@code at} must be cut between blocks. */
  private void requireWholeBlocksBefore(
      OperationContext context, Node file, LeaseRecord lease, long at) throws LeatException {
    Optional<Extent> last = context.namespace().lastOf(file, lease);
    if (last.isPresent()
        && at < last.get().fileEnd()
        && (at < last.get().fileOffset()
            || (at - last.get().fileOffset()) % Extent.BLOCK_BYTES != 0)) {
      throw invalid(file, "byte " + at + " starts no block of the file's tail");
    }
  }

  private static void apply(
      OperationContext context, Node file, LeaseRecord lease, List<Extent> extents) {
    Extent first = extents.get(0);
    List<BlockRange> replaced =
        lease.hasRange()
            ? context.namespace().replace(file.id(), extents)
            : context.namespace().cut(file.id(), first.fileOffset());
    for (BlockRange dropped : replaced) {
      boolean kept =
          dropped.volume() == first.volume()
              && first.block() <= dropped.block()
              && dropped.end() <= first.blockEnd();
      if (!kept) {
        context.drop(file, dropped);
      }
    }
    if (!lease.hasRange()) {
      extents.forEach(extent -> context.namespace().append(file.id(), extent));
    }
  }

  private LeatException invalid(Node file, String why) {
    return new LeatException(
        ErrorCode.INVALID_ARGUMENT,
        "Commit of file %d by stream %d: %s".formatted(file.id(), request.getStream(), why));
  }
}
