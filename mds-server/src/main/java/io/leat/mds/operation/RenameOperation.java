package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.operation.OperationContext.Change;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.wire.proto.Rename;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.List;

/** Moves a file or directory in one step, whatever is below it. */
record RenameOperation(Rename request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException, TokenConflict {
    Resolution from = context.resolve(request.getSource());
    Node source = from.require();
    if (from.path().isRoot()) {
      throw new LeatException(ErrorCode.INVALID_ARGUMENT, "The root directory cannot be renamed");
    }
    Resolution to = destination(context, source);
    if (to.isComplete() && to.deepest().id() == source.id() && !source.isDirectory()) {
      return Replies.done();
    }
    Node parent = requireRoom(context, from, to, source);
    List<Change> changes = new ArrayList<>();
    changes.add(new Change(source, FileAccess.RENAME));
    changes.add(new Change(from.requireParent(), FileAccess.REMOVE_ENTRY));
    if (to.isComplete()) {
      changes.add(new Change(to.deepest(), FileAccess.UNLINK));
    }
    changes.add(new Change(parent, FileAccess.ADD_ENTRY));
    context.requireForgotten(changes);
    if (to.isComplete()) {
      context.remove(to.deepest());
    }
    context.namespace().move(source, parent.id(), to.path().name(), context.nowMillis());
    return Replies.done();
  }

  private Resolution destination(OperationContext context, Node source) throws LeatException {
    Resolution to = context.resolve(request.getDestination());
    if (request.getIntoDirectory() && to.isComplete() && to.deepest().isDirectory()) {
      PathName inside = to.path().child(source.name());
      return context.namespace().resolve(inside, context.caller());
    }
    return to;
  }

  /** Checks the move; returns the directory it goes to. */
  private Node requireRoom(OperationContext context, Resolution from, Resolution to, Node source)
      throws LeatException {
    if (to.found().stream()
        .limit(to.path().components().size())
        .anyMatch(n -> n.id() == source.id())) {
      throw new LeatException(
          ErrorCode.RENAME_INTO_ITSELF,
          "Rename destination %s is a directory or file under source %s"
              .formatted(to.path().text(), from.path().text()));
    }
    if (to.path().isRoot()) {
      throw new LeatException(ErrorCode.ALREADY_EXISTS, "Rename destination is the root directory");
    }
    Node parent = to.requireParent();
    if (to.isComplete()) {
      requireReplaceable(context, to, source);
    }
    Access.requireRemoval(context.caller(), from.requireParent(), source, from.path().text());
    Access.require(context.caller(), parent, Access.WRITE | Access.EXECUTE, to.path().text());
    if (to.isComplete()) {
      Access.requireRemoval(context.caller(), parent, to.deepest(), to.path().text());
    }
    return parent;
  }

  private void requireReplaceable(OperationContext context, Resolution to, Node source)
      throws LeatException {
    Node existing = to.deepest();
    String path = to.path().text();
    if (!request.getOverwrite() || existing.id() == source.id()) {
      throw new LeatException(
          ErrorCode.ALREADY_EXISTS, "Rename destination " + path + " already exists");
    }
    if (source.isDirectory() != existing.isDirectory()) {
      throw new LeatException(
          existing.isDirectory() ? ErrorCode.IS_DIRECTORY : ErrorCode.NOT_DIRECTORY,
          "Rename source %s and destination %s must both be directories or both be files"
              .formatted(request.getSource(), path));
    }
    if (existing.isDirectory() && !context.namespace().isEmpty(existing.id())) {
      throw new LeatException(
          ErrorCode.DIRECTORY_NOT_EMPTY, "Rename destination directory is not empty: " + path);
    }
  }
}
