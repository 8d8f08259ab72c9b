package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.Open;
import io.leat.wire.proto.Reply;

/**
 * Opens a file for reading: tokens and, where the client's version is old, attributes and extents.
 *
 * <p>While somebody writes the file, or waits to, a reader gets EXIST alone: its layout is then a
 * snapshot of what was committed, which stays readable because committed blocks are written once
 * and EXIST keeps them in place.
 */
record OpenOperation(Open request) implements Operation {

  /** What a reader gets while somebody else may change the file. */
  static final TokenSet PINNED =
      TokenSet.NONE.with(io.leat.model.TokenKind.EXIST, io.leat.model.TokenLevel.READ);

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Node file = find(context);
    String path = request.getPath().isEmpty() ? "file " + file.id() : request.getPath();
    Access.require(context.caller(), file, Access.READ, path);
    return Replies.opened(
        context.namespace(), file, grant(context, file), request.getKnownVersion(), 0);
  }

  private Node find(OperationContext context) throws LeatException {
    if (request.getFileId() == 0) {
      return context.resolve(request.getPath()).requireFile();
    }
    Node file = context.namespace().live(request.getFileId());
    context.namespace().requireReachable(file, context.caller());
    if (file.isDirectory()) {
      throw new LeatException(
          ErrorCode.IS_DIRECTORY, "Path is a directory: " + context.namespace().pathOf(file));
    }
    return file;
  }

  private static Grant grant(OperationContext context, Node file) {
    boolean changing =
        context.namespace().lease(file.id()).isPresent() || context.state().awaited(file.id());
    TokenSet held = context.tokens().held(file.id(), context.session());
    if (context.state().awaited(file.id()) && !held.isEmpty()) {
      // A new number would void what the client is about to give back.
      Grant known = context.tokens().grantOf(file.id(), context.session()).orElseThrow();
      return new Grant(held.and(PINNED), known.number());
    }
    return context
        .tokens()
        .grant(file.id(), context.session(), held.union(changing ? PINNED : TokenSet.READER));
  }

  /** The rest of a long layout, or what a file has grown by; its opener asks. */
  record Refresh(GetLayout request) implements Operation {

    @Override
    public Reply execute(OperationContext context) throws LeatException {
      if (context.tokens().held(request.getFileId(), context.session()).isEmpty()) {
        throw new LeatException(
            ErrorCode.NOT_FOUND, "File " + request.getFileId() + " is not open in this session");
      }
      Node file =
          context
              .namespace()
              .byId(request.getFileId())
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "file " + request.getFileId() + " is open and does not exist"));
      return Replies.opened(
          context.namespace(),
          file,
          grant(context, file),
          request.getKnownVersion(),
          request.getFrom());
    }
  }
}
