package io.leat.mds.operation;

import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.BlockRange;
import io.leat.model.ChecksumKind;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Committed;
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
 */
record CommitOperation(Commit request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Node file = context.namespace().live(request.getFileId());
    LeaseRecord lease = context.requireLease(file.id(), request.getStream());
    long changedFrom = file.inode().getSize();
    if (request.getExtentsCount() > 0) {
      List<Extent> extents = parse(file);
      if (!growsInPlace(context, file, lease, extents.get(0))) {
        changedFrom = extents.get(0).fileOffset();
      }
      List<BlockRange> left = requireDelegated(context, file, lease, extents);
      apply(context, file, extents);
      lease = Delegations.with(lease, left).toBuilder().setOwnsTail(true).build();
    } else if (request.getSize() != file.inode().getSize()) {
      throw invalid(file, "the size changes to " + request.getSize() + " without extents");
    }
    return finish(context, file, lease, changedFrom);
  }

  private Reply finish(OperationContext context, Node file, LeaseRecord lease, long changedFrom) {
    if (request.getClose()) {
      context.namespace().removeLease(file.id(), lease);
      Delegations.ranges(lease).forEach(context.namespace()::free);
      release(context, file);
    } else if (request.getExtentsCount() > 0) {
      context.namespace().putLease(file.id(), lease);
    }
    if (!request.getClose() && !request.getSynced()) {
      context.state().answersEarly();
    }
    Node changed =
        context
            .namespace()
            .update(
                file,
                inode -> {
                  if (request.getExtentsCount() > 0 || request.getSynced()) {
                    SyncedBytes.committed(
                        context.namespace(), inode, changedFrom, request.getSynced());
                  }
                  inode.setSize(request.getSize()).setUnderConstruction(!request.getClose());
                  if (request.getExtentsCount() > 0) {
                    inode.setModifiedMillis(context.nowMillis());
                  }
                });
    return Reply.newBuilder()
        .setCommitted(Committed.newBuilder().setStatus(Replies.statusOf(changed)))
        .build();
  }

  private void release(OperationContext context, Node file) {
    TokenSet held = context.tokens().held(file.id(), context.session());
    long grant = request.getReleaseGrant();
    if (grant == 0 || !context.tokens().release(file.id(), context.session(), held, grant)) {
      context.tokens().restrict(file.id(), context.session(), OpenOperation.PINNED);
    }
    context.state().reclaim();
  }

  /** Extents as values, checked to be one run of bytes that ends at the new size. */
  private List<Extent> parse(Node file) throws LeatException {
    List<Extent> extents = new ArrayList<>(request.getExtentsCount());
    long size = file.inode().getSize();
    long at = request.getExtents(0).getFileOffset();
    if (at > size || size - at >= Extent.BLOCK_BYTES) {
      throw invalid(file, "extents start at " + at + " and committed bytes end at " + size);
    }
    for (io.leat.wire.proto.Extent sent : request.getExtentsList()) {
      Extent extent = extent(file, sent);
      if (extent.fileOffset() != at) {
        throw invalid(file, "extents leave a gap at byte " + at);
      }
      at = extent.fileEnd();
      extents.add(extent);
    }
    if (at != request.getSize() || at < size) {
      throw invalid(file, "extents end at %d, size %d".formatted(at, request.getSize()));
    }
    return extents;
  }

  private Extent extent(Node file, io.leat.wire.proto.Extent sent) throws LeatException {
    try {
      return new Extent(
          sent.getFileOffset(),
          sent.getVolume(),
          sent.getBlock(),
          sent.getLength(),
          sent.getUnwritten(),
          ChecksumKind.of(sent.getChecksumKind()),
          sent.getChecksum());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw invalid(file, e.getMessage());
    }
  }

  /** What stays delegated once these extents are the file's; fails for blocks not the stream's. */
  private List<BlockRange> requireDelegated(
      OperationContext context, Node file, LeaseRecord lease, List<Extent> extents)
      throws LeatException {
    requireWholeBlocksBefore(context, file, extents.get(0).fileOffset());
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
    Optional<Extent> last = context.namespace().lastExtent(file.id());
    boolean grows = growsInPlace(context, file, lease, extent);
    long known = grows ? last.get().blockEnd() : extent.block();
    return known >= extent.blockEnd()
        ? null
        : new BlockRange(extent.volume(), known, extent.blockEnd() - known);
  }

  /** True when {@code extent} begins where the file's tail stands already. */
  private static boolean growsInPlace(
      OperationContext context, Node file, LeaseRecord lease, Extent extent) {
    Optional<Extent> last = context.namespace().lastExtent(file.id());
    return lease.getOwnsTail()
        && last.isPresent()
        && extent.fileOffset() < last.get().fileEnd()
        && last.get().volume() == extent.volume()
        && last.get().volumeOffset(extent.fileOffset()) == extent.volumeOffset(extent.fileOffset());
  }

  /** The extent that is cut at {@code at} must be cut between blocks. */
  private void requireWholeBlocksBefore(OperationContext context, Node file, long at)
      throws LeatException {
    Optional<Extent> last = context.namespace().lastExtent(file.id());
    if (last.isPresent()
        && at < last.get().fileEnd()
        && (at < last.get().fileOffset()
            || (at - last.get().fileOffset()) % Extent.BLOCK_BYTES != 0)) {
      throw invalid(file, "byte " + at + " starts no block of the file's tail");
    }
  }

  private static void apply(OperationContext context, Node file, List<Extent> extents) {
    for (BlockRange dropped : context.namespace().cut(file.id(), extents.get(0).fileOffset())) {
      Extent first = extents.get(0);
      boolean kept =
          dropped.volume() == first.volume()
              && first.block() <= dropped.block()
              && dropped.end() <= first.blockEnd();
      if (!kept) {
        context.drop(file, dropped);
      }
    }
    extents.forEach(extent -> context.namespace().append(file.id(), extent));
  }

  private LeatException invalid(Node file, String why) {
    return new LeatException(
        ErrorCode.INVALID_ARGUMENT,
        "Commit of file %d by stream %d: %s".formatted(file.id(), request.getStream(), why));
  }
}
