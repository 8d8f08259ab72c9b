package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Truncate;

/**
 * Cuts a file. The bytes behind the cut stay on the device in a block that no extent reaches to;
 * the next writer brings a copy of the tail, so they are never seen again.
 */
record TruncateOperation(Truncate request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    String path = request.getPath();
    Node file = context.resolve(path).requireFile();
    Access.require(context.caller(), file, Access.WRITE, path);
    if (request.getSize() < 0 || request.getSize() > file.inode().getSize()) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Cannot truncate %s to %d bytes: it has %d and can only be cut"
              .formatted(path, request.getSize(), file.inode().getSize()));
    }
    context.requireNoLease(file, path);
    context.requireFlushed(file, path);
    context.requireUncontended(FileAccess.TRUNCATE, file);
    for (BlockRange dropped : context.namespace().cut(file.id(), request.getSize())) {
      context.drop(file, dropped);
    }
    return Replies.status(
        context
            .namespace()
            .update(
                file,
                inode -> {
                  SyncedBytes.cut(inode, request.getSize());
                  inode.setSize(request.getSize()).setModifiedMillis(context.nowMillis());
                }));
  }
}
