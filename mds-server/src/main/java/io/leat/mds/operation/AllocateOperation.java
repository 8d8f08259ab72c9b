package io.leat.mds.operation;

import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Allocated;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hands free space to a stream that writes, or to a session for its small files; it is journaled
 * before it is used.
 */
record AllocateOperation(Allocate request) implements Operation {

  /** Blocks in one delegation at most: 64 MiB. */
  static final long BLOCKS_MAX = (64L << 20) / Extent.BLOCK_BYTES;

  /** Ranges that one stream may have unused at most. */
  static final int RANGES_MAX = 1_024;

  /** Blocks that a session may have unused for its small files: 64 MiB. */
  static final long POOL_BLOCKS_MAX = (64L << 20) / Extent.BLOCK_BYTES;

  /** Until volumes can be composed, a virtual server has one. */
  private static final int VOLUME = 0;

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    return request.getFileId() == 0 ? toPool(context) : toStream(context);
  }

  private Reply toStream(OperationContext context) throws LeatException {
    context.namespace().live(request.getFileId());
    LeaseRecord lease = context.requireLease(request.getFileId(), request.getStream());
    List<BlockRange> held = new ArrayList<>(Delegations.ranges(lease));
    requireSane(held);
    List<BlockRange> taken = take(context, BLOCKS_MAX, behind(context, held));
    held.addAll(taken);
    context.namespace().putLease(request.getFileId(), Delegations.with(lease, held));
    return allocated(taken);
  }

  /** What streams have taken and not published counts too: it is the session's until it ends. */
  private Reply toPool(OperationContext context) throws LeatException {
    List<BlockRange> held = new ArrayList<>(context.namespace().pool(context.session()));
    requireSane(held);
    long most = POOL_BLOCKS_MAX - BlockRange.blocks(held);
    boolean othersLock =
        request.getFencedSession() != 0 && request.getFencedSession() != context.session();
    if (most <= 0 || othersLock) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Session %d gets no more space for small files: %s"
              .formatted(
                  context.session(),
                  othersLock
                      ? "the request is of session " + request.getFencedSession()
                      : "it has " + POOL_BLOCKS_MAX + " unused blocks"));
    }
    List<BlockRange> taken = take(context, most, Optional.empty());
    held.addAll(taken);
    context.namespace().putPool(context.session(), held);
    return allocated(taken);
  }

  private void requireSane(List<BlockRange> held) throws LeatException {
    if (held.size() >= RANGES_MAX || request.getBlocks() <= 0) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Stream %d holds %d unused ranges of file %d and asks for %d blocks"
              .formatted(
                  request.getStream(), held.size(), request.getFileId(), request.getBlocks()));
    }
  }

  private List<BlockRange> take(OperationContext context, long most, Optional<BlockRange> behind)
      throws LeatException {
    long blocks = Math.min(request.getBlocks(), most);
    List<BlockRange> taken = context.namespace().take(VOLUME, blocks, behind);
    fence(context);
    return taken;
  }

  private static Reply allocated(List<BlockRange> taken) {
    Allocated.Builder allocated = Allocated.newBuilder();
    taken.forEach(range -> allocated.addRanges(proto(range)));
    return Reply.newBuilder().setAllocated(allocated).build();
  }

  /** Noted before the client has anything that it could write to. */
  private void fence(OperationContext context) {
    SessionRecord session = context.namespace().session(context.session()).orElseThrow();
    if (request.getFencedSession() == context.session() && !session.getFenced()) {
      context
          .namespace()
          .putSession(context.session(), session.toBuilder().setFenced(true).build());
    }
  }

  /** Where the file would best go on. */
  private Optional<BlockRange> behind(OperationContext context, List<BlockRange> held) {
    if (!held.isEmpty()) {
      return Optional.of(held.get(held.size() - 1));
    }
    return context
        .namespace()
        .lastExtent(request.getFileId())
        .filter(Extent::isOnVolume)
        .map(last -> new BlockRange(last.volume(), last.block(), last.blocks()));
  }

  private static io.leat.wire.proto.BlockRange proto(BlockRange range) {
    return io.leat.wire.proto.BlockRange.newBuilder()
        .setVolume(range.volume())
        .setBlock(range.block())
        .setCount(range.count())
        .build();
  }
}
