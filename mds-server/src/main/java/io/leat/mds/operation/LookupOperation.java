package io.leat.mds.operation;

import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Lookup;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.List;

/** Says what stands at a path, with the tokens that let the client remember it where it may. */
record LookupOperation(Lookup request) implements Operation {

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Resolution at = context.resolve(request.getPath());
    Node node = at.require();
    Found.Builder found = Found.newBuilder();
    if (mayRemember(context, at)) {
      found
          .addAllPath(grantAbove(context, at))
          .addPath(grant(context, node, FileAccess.LOOK.tokens()));
    } else {
      found.addPath(Held.newBuilder().setStatus(Replies.statusOf(node)));
    }
    return Reply.newBuilder().setFound(found).build();
  }

  /**
   * Whether a client may remember that path: it leads to a file that nobody writes, and nobody
   * changes, or has lately changed, anything on the way to it.
   */
  static boolean mayRemember(OperationContext context, Resolution at) {
    Node file = at.deepest();
    return !file.isDirectory()
        && !file.inode().getUnderConstruction()
        && !context
            .tokens()
            .isHeldAgainst(file.id(), OperationContext.NOBODY, FileAccess.LOOK.tokens())
        && at.found().stream().noneMatch(node -> context.state().contended(node.id()))
        && context.tokens().hasRoomFor(at.found().size());
  }

  /** Grants what holds the directories of a path in their places, from the root down. */
  static List<Held> grantAbove(OperationContext context, Resolution at) {
    List<Held> above = new ArrayList<>();
    for (Node directory : at.found().subList(0, at.found().size() - 1)) {
      above.add(grant(context, directory, FileAccess.PASS.tokens()));
    }
    return above;
  }

  /** Each time with a new number, for the client may just be giving back what it had. */
  private static Held grant(OperationContext context, Node node, TokenSet more) {
    TokenSet held = context.tokens().held(node.id(), context.session());
    var granted = context.tokens().grant(node.id(), context.session(), held.union(more));
    return Held.newBuilder()
        .setStatus(Replies.statusOf(node))
        .setTokens(granted.tokens().bits())
        .setGrant(granted.number())
        .build();
  }
}
