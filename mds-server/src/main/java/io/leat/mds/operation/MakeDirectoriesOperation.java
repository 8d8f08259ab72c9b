package io.leat.mds.operation;

import io.leat.mds.namespace.Resolution;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.MakeDirectories;
import io.leat.wire.proto.Reply;

/** Makes a directory and, if asked, its missing parents. */
record MakeDirectoriesOperation(MakeDirectories request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    Resolution at = context.resolve(request.getPath());
    if (at.isComplete()) {
      if (!at.deepest().isDirectory()) {
        throw new LeatException(ErrorCode.ALREADY_EXISTS, "Path is a file: " + request.getPath());
      }
      return Replies.done();
    }
    if (!request.getCreateParents()) {
      at.requireParent();
    }
    Inodes.requireMayAdd(context, at);
    context.requireForgotten(FileAccess.ADD_ENTRY, at.deepest());
    Inodes.makeDirectories(context, at.deepest(), at.missing(), request.getMode());
    return Replies.done();
  }
}
