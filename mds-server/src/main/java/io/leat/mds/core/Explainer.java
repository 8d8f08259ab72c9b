package io.leat.mds.core;

import io.leat.mds.core.Waiters.Waiter;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.SyncedBytes;
import io.leat.mds.operation.Replies;
import io.leat.mds.token.TokenTable;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Explanation;
import io.leat.wire.proto.Holder;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.WaitingRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tells a person who holds what on a file, and who waits for it. Looks, and changes nothing. */
final class Explainer {

  /** Holders, and requests, that an explanation names at most. */
  static final int NAMED_MAX = 1_000;

  private final TokenTable tokens;
  private final Waiters waiters;
  private final Map<Long, ClientSession> sessions;
  private final long nowMillis;
  private final long leaseMillis;

  /**
   * @param nowMillis on the monotonic clock
   * @param leaseMillis with drift
   */
  Explainer(
      TokenTable tokens,
      Waiters waiters,
      Map<Long, ClientSession> sessions,
      long nowMillis,
      long leaseMillis) {
    this.tokens = tokens;
    this.waiters = waiters;
    this.sessions = sessions;
    this.nowMillis = nowMillis;
    this.leaseMillis = leaseMillis;
  }

  Explanation explain(Node node, Namespace namespace, String state) {
    Explanation.Builder explanation =
        Explanation.newBuilder()
            .setStatus(Replies.statusOf(node))
            .setState(state)
            .setFlushing(SyncedBytes.isProving(namespace, node.inode()));
    addSilent(explanation);
    long file = node.id();
    addHolders(explanation, file, namespace);
    List<Waiter> waiting = waiters.of(file);
    waiting.stream()
        .limit(NAMED_MAX)
        .map(waiter -> waiting(waiter, file))
        .forEach(explanation::addWaiting);
    return explanation.setWaitingTotal(waiting.size()).build();
  }

  private void addSilent(Explanation.Builder explanation) {
    int silent = 0;
    long millis = 0;
    for (ClientSession session : sessions.values()) {
      if (session.silent()) {
        silent++;
        millis = Math.max(millis, leaseRemainingMillis(session));
      }
    }
    explanation.setSilentSessions(silent).setSilentMillis(millis);
  }

  private void addHolders(Explanation.Builder explanation, long file, Namespace namespace) {
    Set<Long> writers = new LinkedHashSet<>();
    namespace.leases(file, Integer.MAX_VALUE).forEach(lease -> writers.add(lease.getSession()));
    TokenSet wanted = waiters.wanted(file);
    long[] total = {0};
    tokens.forHolders(
        file,
        (session, held, number) -> {
          boolean writes = writers.remove(session);
          if (total[0]++ < NAMED_MAX) {
            explanation.addHolders(holder(session, held, wanted).setWrites(writes));
          }
        });
    for (long writer : writers) { // silent ones, that have not said yet what they hold
      if (total[0]++ < NAMED_MAX) {
        explanation.addHolders(holder(writer, TokenSet.NONE, wanted).setWrites(true));
      }
    }
    explanation.setHoldersTotal(total[0]);
  }

  private Holder.Builder holder(long id, TokenSet held, TokenSet wanted) {
    Holder.Builder holder =
        Holder.newBuilder()
            .setSession(id)
            .setTokens(held.bits())
            .setAsked(held.conflictsWith(wanted).bits());
    ClientSession session = sessions.get(id);
    return session == null
        ? holder
        : holder
            .setHost(session.record().getHost())
            .setProcess(session.record().getProcess())
            .setConnected(session.peer() != null)
            .setExpelled(session.expelled())
            .setLeaseRemainingMillis(leaseRemainingMillis(session));
  }

  private WaitingRequest.Builder waiting(Waiter waiter, long file) {
    Request request = waiter.inbound().request();
    long id = waiter.inbound().message().getSession();
    long waited = nowMillis - waiter.sinceMillis();
    WaitingRequest.Builder waiting =
        WaitingRequest.newBuilder()
            .setSession(id)
            .setUser(request.getUser())
            .setRequest(request.getOperationCase().name().toLowerCase(Locale.ROOT))
            .setWanted(waiter.wanted(file).bits())
            .setWaitedMillis(waited)
            .setPatienceMillis(leaseMillis - waited);
    ClientSession session = sessions.get(id);
    return session == null
        ? waiting
        : waiting.setHost(session.record().getHost()).setProcess(session.record().getProcess());
  }

  private long leaseRemainingMillis(ClientSession session) {
    return session.heardMillis() + leaseMillis - nowMillis;
  }
}
