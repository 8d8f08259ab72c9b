package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.operation.OperationContext.Change;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Delete;
import io.leat.wire.proto.Deleted;
import io.leat.wire.proto.Reply;
import java.util.List;

/**
 * Takes a file or a whole tree out of the namespace in constant time. Who has a file open keeps it
 * until closed. Space comes back in the background, or at once where there is little.
 */
record DeleteOperation(Delete request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    Resolution at = context.resolve(request.getPath());
    if (!at.isComplete()) {
      return deleted(false);
    }
    Node node = at.deepest();
    boolean filled = node.isDirectory() && !context.namespace().isEmpty(node.id());
    if (filled && !request.getRecursive()) {
      throw new LeatException(
          ErrorCode.DIRECTORY_NOT_EMPTY, request.getPath() + " is non empty: delete recursively");
    }
    if (at.path().isRoot()) {
      throw new LeatException(ErrorCode.INVALID_ARGUMENT, "The root directory cannot be deleted");
    }
    Access.requireRemoval(context.caller(), at.requireParent(), node, request.getPath());
    if (filled) {
      Access.require(
          context.caller(), node, Access.READ | Access.WRITE | Access.EXECUTE, request.getPath());
    }
    context.requireForgotten(
        List.of(
            new Change(node, FileAccess.UNLINK),
            new Change(at.requireParent(), FileAccess.REMOVE_ENTRY)));
    if (filled) {
      context.unlink(node);
    } else {
      context.remove(node);
    }
    return deleted(true);
  }

  private static Reply deleted(boolean existed) {
    return Reply.newBuilder().setDeleted(Deleted.newBuilder().setExisted(existed)).build();
  }
}
