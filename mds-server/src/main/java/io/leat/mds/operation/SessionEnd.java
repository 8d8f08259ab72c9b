package io.leat.mds.operation;

import io.leat.mds.namespace.Namespace.FileLease;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.proto.LeaseRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Release;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes back what a client session held. */
public final class SessionEnd {

  /** Write leases ended in one step at most; a batch has to fit into the journal. */
  static final int LEASES_MAX = 2_000;

  /** Streams that one request may tell of. */
  static final int STREAMS_MAX = 10_000;

  private SessionEnd() {}

  /**
   * Ends a session: its write leases, tokens, delegated space and reply slots. Unless it is
   * drained, what its streams might still be writing to stays in quarantine (D5), and the session's
   * record stays with it.
   *
   * @param drained nothing of the session's is on its way to a volume, and nothing will be
   * @return false when the session holds more than one step may end; call again
   */
  public static boolean end(OperationContext context, long session, boolean drained) {
    NamespaceWriter namespace = context.namespace();
    List<FileLease> leased = namespace.leasesOf(session, LEASES_MAX);
    for (FileLease leasing : leased) {
      Node file = namespace.byId(leasing.file()).orElseThrow();
      if (drained) {
        namespace.end(file, leasing.lease());
      } else {
        var unused = RecoverLeaseOperation.expel(context, file, leasing.lease());
      }
    }
    if (leased.size() == LEASES_MAX) {
      holdUntilLeaseEnd(context, session);
      return false;
    }
    namespace.endPool(session, drained);
    context.tokens().dropSession(session, file -> closed(context, file));
    return drained ? drained(context, session) : over(context, session);
  }

  /**
   * Takes it as proven that a session which is over has nothing on its way.
   *
   * @return false when it has more streams than one step may take back; call again
   */
  public static boolean drained(OperationContext context, long session) {
    boolean all = context.namespace().drainedAll(session, LEASES_MAX) < LEASES_MAX;
    if (all) {
      context.namespace().removeSession(session);
    }
    context.state().drained();
    context.state().reclaim();
    return all;
  }

  private static boolean over(OperationContext context, long session) {
    NamespaceWriter namespace = context.namespace();
    if (namespace.heldStreams(session, 1).isEmpty()) {
      namespace.removeSession(session);
    } else {
      namespace.removeReplies(session);
      holdUntilLeaseEnd(context, session);
    }
    context.state().reclaim();
    return true;
  }

  /** From now on nobody takes the session up again, in later terms either. */
  private static void holdUntilLeaseEnd(OperationContext context, long session) {
    SessionRecord record = context.namespace().session(session).orElseThrow();
    SessionRecord.Builder held =
        record.toBuilder().setHeldUntilMillis(context.state().leaseEndMillis());
    if (record.getHeldUntilMillis() == 0) {
      held.setEndedEpoch(context.state().epoch());
    }
    context.namespace().putSession(session, held.build());
  }

  /** Takes back what a client releases. */
  static void release(OperationContext context, Release request) throws LeatException {
    int streams = Math.max(request.getDrainedStreamsCount(), request.getEndedStreamsCount());
    if (streams > STREAMS_MAX) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "%d streams that are over in one request; at most %d may be"
              .formatted(streams, STREAMS_MAX));
    }
    release(
        context,
        request.getFilesList(),
        Set.copyOf(request.getDrainedStreamsList()),
        Set.copyOf(request.getEndedStreamsList()));
  }

  /**
   * Takes tokens back that a client releases.
   *
   * @param drained its streams that are over and have nothing on their way
   * @param ended its streams in {@code files} that are over
   */
  public static void release(
      OperationContext context,
      List<io.leat.wire.proto.Claim> files,
      Set<Long> drained,
      Set<Long> ended) {
    for (io.leat.wire.proto.Claim claim : files) {
      TokenSet held = context.tokens().held(claim.getFileId(), context.session());
      boolean less = release(context, claim, held, drained, ended);
      if (less && !held.and(TokenSet.SNAPSHOT).isEmpty()) {
        closed(context, claim.getFileId());
      }
    }
    for (long stream : drained) {
      context.namespace().drained(context.session(), stream);
      context.state().drained();
    }
  }

  /** True when the session holds less on the file than before, which was {@code held}. */
  private static boolean release(
      OperationContext context,
      io.leat.wire.proto.Claim claim,
      TokenSet held,
      Set<Long> drained,
      Set<Long> ended) {
    long file = claim.getFileId();
    TokenSet given = TokenSet.known(claim.getTokens());
    if (!drained.isEmpty() || !ended.isEmpty()) {
      endStreams(context, file, drained, ended);
    }
    boolean changed = false;
    if (held.writes()) {
      List<LeaseRecord> leases = context.namespace().leasesOf(context.session(), file);
      if (leases.isEmpty()) {
        context.tokens().restrict(file, context.session(), held.minus(TokenSet.WRITING));
        changed = true;
      } else if (leases.get(0).hasRange()) {
        given = given.minus(TokenSet.RANGE_WRITER); // they are those of all its streams
      }
    }
    changed |= context.tokens().release(file, context.session(), given, claim.getGrant());
    if (given.writes()) {
      abandon(context, file);
    }
    return changed;
  }

  /** Ends the write leases of streams that start no further write. */
  private static void endStreams(
      OperationContext context, long file, Set<Long> drained, Set<Long> ended) {
    for (LeaseRecord lease : context.namespace().leasesOf(context.session(), file)) {
      Node node = context.namespace().byId(file).orElseThrow();
      if (drained.contains(lease.getStream())) {
        context.namespace().end(node, lease);
      } else if (ended.contains(lease.getStream())) {
        context.namespace().hold(node, lease);
      }
    }
  }

  /** Ends the write lease of a file whose tokens its client has given back without a close. */
  private static void abandon(OperationContext context, long file) {
    Optional<LeaseRecord> lease =
        context.namespace().lease(file).filter(l -> l.getSession() == context.session());
    if (lease.isPresent() && !context.tokens().held(file, context.session()).writes()) {
      context.namespace().hold(context.namespace().byId(file).orElseThrow(), lease.get());
    }
  }

  private static void closed(OperationContext context, long file) {
    if (!context.tokens().isOpen(file)) {
      context.state().reclaim();
    }
  }
}
