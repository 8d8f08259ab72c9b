package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.namespace.proto.InodeRecord;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.operation.OperationContext.Change;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.Reply;
import java.util.List;

/**
 * Makes a file and gives its write lease, or that of a range, to the stream that asks. Overwriting
 * makes a new inode; who reads or writes the old one keeps it until closed. A range is {@link
 * OpenRange opened} in a file that is there.
 */
record CreateOperation(Create request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    if (request.hasRange()) {
      OpenRange.requireSane(request);
    }
    Resolution at = context.resolve(request.getPath());
    if (request.hasRange() && at.isComplete() && !at.deepest().isDirectory()) {
      return OpenRange.execute(context, request, at.deepest());
    }
    if (at.isComplete()) {
      requireMayReplace(context, at);
    } else {
      if (!request.getCreateParents()) {
        at.requireParent();
      }
      Inodes.requireMayAdd(context, at);
    }
    if (request.getBlockSize() <= 0 || request.getReplication() <= 0) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Block size and replication of " + request.getPath() + " must be above 0");
    }
    context.requireForgotten(
        at.isComplete()
            ? List.of(
                new Change(at.deepest(), FileAccess.UNLINK),
                new Change(at.requireParent(), FileAccess.ADD_ENTRY))
            : List.of(new Change(at.deepest(), FileAccess.ADD_ENTRY)));
    return create(context, at);
  }

  private void requireMayReplace(OperationContext context, Resolution at) throws LeatException {
    Node existing = at.deepest();
    if (existing.isDirectory()) {
      throw new LeatException(
          ErrorCode.IS_DIRECTORY, request.getPath() + " already exists as a directory");
    }
    if (!request.getOverwrite()) {
      throw new LeatException(ErrorCode.ALREADY_EXISTS, request.getPath() + " already exists");
    }
    Access.require(context.caller(), existing, Access.WRITE, request.getPath());
    Access.requireRemoval(context.caller(), at.requireParent(), existing, request.getPath());
  }

  private Reply create(OperationContext context, Resolution at) throws LeatException {
    Node parent;
    if (at.isComplete()) {
      parent = at.requireParent();
      context.remove(at.deepest());
    } else {
      List<String> above = at.missing().subList(0, at.missing().size() - 1);
      parent = Inodes.makeParents(context, at.deepest(), above);
      if (above.isEmpty() && !request.hasRange()) {
        context.state().answersEarly();
      }
    }
    InodeRecord inode =
        Inodes.fresh(context, parent, request.getMode())
            .setBlockSize(request.getBlockSize())
            .setReplication(request.getReplication())
            .setUnderConstruction(true)
            .build();
    Node file = context.namespace().add(parent, at.path().name(), inode);
    Grant grant =
        request.hasRange()
            ? OpenRange.lease(context, file.id(), request)
            : lease(context, file.id(), request.getStream(), true);
    return Replies.openedOnce(context.namespace(), file, grant);
  }

  /** Gives the file's write lease to a stream of the session. */
  static Grant lease(OperationContext context, long file, long stream, boolean ownsTail) {
    context.namespace().putLease(file, record(context, stream).setOwnsTail(ownsTail).build());
    return context.tokens().grant(file, context.session(), FileAccess.WRITE.tokens());
  }

  /** A lease of a stream of the session. */
  static LeaseRecord.Builder record(OperationContext context, long stream) {
    return LeaseRecord.newBuilder()
        .setSession(context.session())
        .setStream(stream)
        .setHolder(context.state().describeSession(context.session()));
  }
}
