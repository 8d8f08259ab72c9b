package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Append;
import io.leat.wire.proto.Reply;

/** Gives the write lease of an existing file to the stream that asks. */
record AppendOperation(Append request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    Node file = context.resolve(request.getPath()).requireFile();
    Access.require(context.caller(), file, Access.WRITE, request.getPath());
    context.requireNoLease(file, request.getPath());
    context.requireNothingLost(file, request.getPath());
    context.requireUncontended(FileAccess.APPEND, file);
    Node open = context.namespace().update(file, inode -> inode.setUnderConstruction(true));
    Grant grant = CreateOperation.lease(context, file.id(), request.getStream(), false);
    return Replies.openedOnce(context.namespace(), open, grant);
  }
}
