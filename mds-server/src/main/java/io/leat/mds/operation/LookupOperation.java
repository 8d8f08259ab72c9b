package io.leat.mds.operation;

import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.Resolution;
import io.leat.mds.token.TokenTable;
import io.leat.model.FileAccess;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Lookup;
import io.leat.wire.proto.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what stands at a path, or that nothing does, with the tokens that let the client remember it
 * where it may; of a small directory with its entries, if asked.
 */
record LookupOperation(Lookup request) implements Operation {

  /** Entries of a directory that a client may remember at most: each is granted by itself. */
  static final int ENTRIES_MAX = 256;

  private static final TokenSet PASS = FileAccess.PASS.tokens();
  private static final TokenSet LOOK = FileAccess.LOOK.tokens();
  private static final TokenSet LIST = FileAccess.LIST.tokens();

  @Override
  public Reply execute(OperationContext context) throws LeatException {
    Resolution at = context.resolve(request.getPath());
    Found.Builder found;
    if (!at.isComplete()) {
      found = absent(context, at);
    } else if (request.getEntriesMax() > 0 && at.deepest().isDirectory()) {
      found = listed(context, at);
    } else {
      found = found(context, at);
    }
    return Reply.newBuilder().setFound(found).build();
  }

  /** Says that nothing stands there; in the usual way where it may not be remembered. */
  private Found.Builder absent(OperationContext context, Resolution at) throws LeatException {
    if (!request.getMore()
        || !at.deepest().isDirectory()
        || !mayRemember(context, at, LIST, List.of())) {
      throw at.absent();
    }
    return Found.newBuilder()
        .addAllPath(grantPath(context, at, LIST))
        .setAbsent(Replies.error(at.absent()).getError());
  }

  private Found.Builder found(OperationContext context, Resolution at) {
    boolean known = request.getMore() || !at.deepest().isDirectory();
    return known && mayRemember(context, at, LOOK, List.of())
        ? Found.newBuilder().addAllPath(grantPath(context, at, LOOK))
        : unremembered(at);
  }

  private static Found.Builder unremembered(Resolution at) {
    return Found.newBuilder().addPath(Held.newBuilder().setStatus(Replies.statusOf(at.deepest())));
  }

  private Found.Builder listed(OperationContext context, Resolution at) throws LeatException {
    Node directory = at.deepest();
    Queries.requireMayList(context.caller(), directory, request.getPath());
    int most = Math.min(request.getEntriesMax(), ENTRIES_MAX);
    List<Node> entries = context.namespace().list(directory.id(), "", most + 1);
    if (entries.size() > most) {
      return unremembered(at);
    }
    TokenSet wanted = LOOK.union(LIST);
    Found.Builder found;
    if (mayRemember(context, at, wanted, entries)) {
      found = Found.newBuilder().addAllPath(grantPath(context, at, wanted));
      for (Node entry : entries) {
        found.addEntries(grant(context, entry, LOOK));
      }
    } else {
      found = unremembered(at);
    }
    PageScan page = new PageScan(most + 1);
    context.namespace().entries(directory.id(), "", page);
    return found.setListing(page.listing());
  }

  /** Whether a client may remember a file that it opens, and the path to it. */
  static boolean mayRemember(OperationContext context, Resolution at) {
    return mayRemember(context, at, LOOK, List.of());
  }

  /**
   * Whether a client may remember that path: nobody writes what it leads to, and nobody changes, or
   * has lately changed, anything that the client is to know.
   *
   * @param wanted of the last inode that there is
   * @param entries below it, of which the client is to know the status
   */
  private static boolean mayRemember(
      OperationContext context, Resolution at, TokenSet wanted, List<Node> entries) {
    return mayHold(context, at.deepest(), wanted)
        && above(at).stream().allMatch(node -> mayHold(context, node, PASS))
        && entries.stream().allMatch(node -> mayHold(context, node, LOOK))
        && context.tokens().hasRoomFor(at.found().size() + entries.size());
  }

  /** What it holds it is granted anew, which voids that it gives it back. */
  private static boolean mayHold(OperationContext context, Node node, TokenSet wanted) {
    TokenSet held = context.tokens().held(node.id(), context.session());
    return !node.inode().getUnderConstruction()
        && !context.tokens().isHeldAgainst(node.id(), TokenTable.NOBODY, wanted)
        && !context.state().contended(node.id(), held.union(wanted));
  }

  private static List<Node> above(Resolution at) {
    return at.found().subList(0, at.found().size() - 1);
  }

  /** Grants what holds the directories of a path in their places, from the root down. */
  static List<Held> grantAbove(OperationContext context, Resolution at) {
    List<Held> held = new ArrayList<>();
    above(at).forEach(directory -> held.add(grant(context, directory, PASS)));
    return held;
  }

  private static List<Held> grantPath(OperationContext context, Resolution at, TokenSet last) {
    List<Held> path = grantAbove(context, at);
    path.add(grant(context, at.deepest(), last));
    return path;
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
