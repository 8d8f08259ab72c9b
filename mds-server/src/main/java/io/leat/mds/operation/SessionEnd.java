package io.leat.mds.operation;

import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import java.util.List;
import java.util.Optional;

/** Takes back what a client session held. */
public final class SessionEnd {

  /** Write leases ended in one step at most; a batch has to fit into the journal. */
  static final int LEASES_MAX = 2_000;

  private SessionEnd() {}

  /**
   * Ends a session: its write leases, tokens, delegated space and reply slots.
   *
   * <p>What its open streams had not published is quarantined (D5), also when the client has closed
   * the session: another of its threads may have been in the middle of a write.
   *
   * @param proven the client itself says that it has stopped, and need not be told to
   * @return false when the session holds more than one step may end; call again
   */
  public static boolean end(OperationContext context, long session, boolean proven) {
    NamespaceWriter namespace = context.namespace();
    List<Long> leased = namespace.leasesOf(session, LEASES_MAX);
    for (long id : leased) {
      LeaseRecord lease = namespace.lease(id).orElseThrow();
      Node file = namespace.byId(id).orElseThrow();
      if (proven) {
        RecoverLeaseOperation.end(context, file, lease);
      } else {
        RecoverLeaseOperation.expel(context, file, lease);
      }
    }
    if (leased.size() == LEASES_MAX) {
      return false;
    }
    for (long file : context.tokens().dropSession(session)) {
      closed(context, file);
    }
    namespace.removeSession(session);
    context.state().reclaim();
    return true;
  }

  /** Takes tokens back that a client releases. */
  public static void release(OperationContext context, List<io.leat.wire.proto.Claim> files) {
    for (io.leat.wire.proto.Claim claim : files) {
      boolean changed =
          context
              .tokens()
              .release(
                  claim.getFileId(),
                  context.session(),
                  TokenSet.known(claim.getTokens()),
                  claim.getGrant());
      if (changed) {
        abandon(context, claim.getFileId());
        closed(context, claim.getFileId());
      }
    }
  }

  /** A stream that gave its tokens back without a close starts no further write. */
  private static void abandon(OperationContext context, long file) {
    Optional<LeaseRecord> lease = context.namespace().lease(file);
    if (lease.isPresent()
        && lease.get().getSession() == context.session()
        && !context.tokens().held(file, context.session()).has(TokenKind.IO, TokenLevel.WRITE)) {
      RecoverLeaseOperation.end(context, context.namespace().byId(file).orElseThrow(), lease.get());
    }
  }

  private static void closed(OperationContext context, long file) {
    if (!context.tokens().isOpen(file)) {
      context.state().reclaim();
    }
  }
}
