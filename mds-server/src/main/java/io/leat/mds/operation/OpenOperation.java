package io.leat.mds.operation;

import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.ErrorCode;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Open;
import io.leat.wire.proto.Reply;
import java.util.List;

/**
 * Opens a file for reading: tokens and, where the client's version is old, attributes and extents.
 *
 * <p>While somebody writes the file, or waits to, a reader gets EXIST alone: its layout is then a
 * snapshot of what was committed, which stays readable because committed blocks are written once
 * and EXIST keeps them in place.
 */
record OpenOperation(Open request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    if (request.getFileId() != 0) {
      Node file = byId(context);
      Access.require(context.caller(), file, Access.READ, "file " + file.id());
      return opened(context, file, FileAccess.READ.tokens(), List.of());
    }
    Resolution at = context.resolve(request.getPath());
    Node file = at.requireFile();
    Access.require(context.caller(), file, Access.READ, request.getPath());
    return request.getRemember() && LookupOperation.mayRemember(context, at)
        ? opened(
            context,
            file,
            FileAccess.READ.tokens().union(FileAccess.LOOK.tokens()),
            LookupOperation.grantAbove(context, at))
        : opened(context, file, FileAccess.READ.tokens(), List.of());
  }

  private Reply opened(OperationContext context, Node file, TokenSet wanted, List<Held> above)
      throws LeatException {
    Grant grant = grant(context, file, wanted);
    return Replies.opened(context.namespace(), file, grant, above, request.getKnownVersion(), 0);
  }

  private Node byId(OperationContext context) throws LeatException {
    Node file = context.namespace().live(request.getFileId());
    context.namespace().requireReachable(file, context.caller());
    if (file.isDirectory()) {
      throw new LeatException(
          ErrorCode.IS_DIRECTORY, "Path is a directory: " + context.namespace().pathOf(file));
    }
    return file;
  }

  /**
   * Grants what is wanted, or as much of it as others leave.
   *
   * @throws LeatException REVOKING when the session is about to give something back: a new number
   *     would void that, and under the old one it might give back what it is granted now
   */
  private static Grant grant(OperationContext context, Node file, TokenSet wanted)
      throws LeatException {
    TokenSet awaited = context.state().awaitedTokens(file.id());
    TokenSet held = context.tokens().held(file.id(), context.session());
    if (!held.conflictsWith(awaited).isEmpty()) {
      throw new LeatException(
          ErrorCode.REVOKING,
          "Waiting until this client has given back what it holds of "
              + context.namespace().pathOf(file));
    }
    boolean changing = !awaited.isEmpty() || file.inode().getUnderConstruction();
    return context
        .tokens()
        .grant(
            file.id(),
            context.session(),
            held.union(changing ? FileAccess.READ_SNAPSHOT.tokens() : wanted));
  }

  /** The rest of a long layout, or what a file has grown by; its opener asks. */
  record Refresh(GetLayout request) implements Operation {

    @Override
    public Reply execute(OperationContext context) throws LeatException {
      TokenSet held = context.tokens().held(request.getFileId(), context.session());
      if (!held.containsAll(FileAccess.READ_SNAPSHOT.tokens())) {
        throw new LeatException(
            ErrorCode.NOT_FOUND, "File " + request.getFileId() + " is not open in this session");
      }
      Node file =
          context
              .namespace()
              .byId(request.getFileId())
              .filter(node -> !node.isDirectory())
              .orElseThrow(
                  () ->
                      new LeatException(
                          ErrorCode.NOT_FOUND,
                          "No file " + request.getFileId() + " is open in this session"));
      return Replies.opened(
          context.namespace(),
          file,
          grant(context, file, held),
          List.of(),
          request.getKnownVersion(),
          request.getFrom());
    }

    /** What it is about to give back it is not granted anew; a handle keeps EXIST. */
    private static Grant grant(OperationContext context, Node file, TokenSet held)
        throws LeatException {
      TokenSet leaving = held.conflictsWith(context.state().awaitedTokens(file.id()));
      return leaving.isEmpty()
          ? OpenOperation.grant(context, file, FileAccess.READ.tokens())
          : new Grant(
              held.minus(leaving),
              context.tokens().grantOf(file.id(), context.session()).orElseThrow().number());
    }
  }
}
