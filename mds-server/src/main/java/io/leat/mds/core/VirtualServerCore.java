package io.leat.mds.core;

import io.leat.mds.core.ClientSession.SlotReply;
import io.leat.mds.core.Waiters.Waiter;
import io.leat.mds.namespace.Access;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Delegations;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.namespace.Namespace.FileLease;
import io.leat.mds.namespace.NamespaceWriter;
import io.leat.mds.namespace.Node;
import io.leat.mds.namespace.PathName;
import io.leat.mds.namespace.Quarantine;
import io.leat.mds.namespace.Reclaimer;
import io.leat.mds.namespace.proto.BootRecord;
import io.leat.mds.namespace.proto.SessionRecord;
import io.leat.mds.operation.OpenRange;
import io.leat.mds.operation.Operation;
import io.leat.mds.operation.OperationContext;
import io.leat.mds.operation.Operations;
import io.leat.mds.operation.Queries;
import io.leat.mds.operation.Query;
import io.leat.mds.operation.Replies;
import io.leat.mds.operation.SessionEnd;
import io.leat.mds.operation.TokenConflict;
import io.leat.mds.operation.TokenConflict.Wanted;
import io.leat.mds.page.PageStore;
import io.leat.mds.page.PageTag;
import io.leat.mds.token.TokenTable;
import io.leat.mds.token.TokenTable.Grant;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Event;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.SafeMode;
import io.leat.wire.proto.SafeModeAction;
import io.leat.wire.proto.SafeModeState;
import io.leat.wire.proto.SessionDescription;
import io.leat.wire.proto.SessionExpelled;
import io.leat.wire.proto.SessionOpened;
import io.leat.wire.proto.Sessions;
import io.leat.wire.proto.VirtualServerDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One virtual server during one term of ownership: a deterministic state machine (section 4 of the
 * architecture). Requests go in one at a time, inside a transaction of the image; messages come
 * out, to be sent once the batch is durable and the epoch has been checked.
 *
 * <p>Changes to the volatile state (sessions, tokens, waiters) take effect with the operation, so
 * that the next request of the batch sees them. That is safe because a batch that cannot be made
 * durable ends the term, and this object with it.
 *
 * <p>One thread at a time. No clock, I/O, thread or randomness in here. The file is long because
 * the class is the one place where requests, sessions, slots and waiting meet.
 */
public final class VirtualServerCore implements OperationContext.ServerState, AutoCloseable {

  /** Client sessions a virtual server keeps at most. */
  static final int SESSIONS_MAX = 100_000;

  /** Service pages of a term at most: 512 MiB, for some 7,000,000 open files. */
  private static final int SERVICE_PAGES_MAX = 8_192;

  /** A time between ticks longer than a lease divided by this is a pause of the server. */
  private static final int PAUSE_SHARE = 2;

  /** Reclaiming steps in one tick at most. */
  private static final int RECLAIM_STEPS_MAX = 4;

  /** Quarantined ranges freed, and held streams looked at, in one tick at most. */
  private static final int QUARANTINE_RELEASE_MAX = 256;

  /** Sessions whose lock files are looked at at a time. */
  private static final int FENCES_MAX = 1_000;

  /** Sessions whose end may begin in one tick: a batch has to fit into the journal. */
  private static final int EXPIRED_MAX = 16;

  /** Grants of one term have numbers above those of all earlier ones. */
  private static final int GRANTS_PER_TERM_BITS = 36;

  /** A grant whose number only the client knows. */
  private static final long UNNUMBERED = 0;

  private static final TokenSet WRITERS = TokenSet.WRITER.union(TokenSet.RANGE_WRITER);

  /** Characters in what a client says of its host or its process at most. */
  private static final int DESCRIPTION_CHARS_MAX = 1_024;

  private static final Caller SYSTEM = new Caller("leat", Set.of(), true);

  private static final Logger LOG = LoggerFactory.getLogger(VirtualServerCore.class);

  private final Settings settings;
  private final BooleanSupplier imageNearlyFull;
  private final Time activated;
  private final PageStore pages;
  private final TokenTable tokens;
  private final Reclaimer reclaimer = new Reclaimer();
  private final Waiters waiters = new Waiters();
  private final LatelyRevoked revoked = new LatelyRevoked();
  private final Map<Long, ClientSession> sessions = new LinkedHashMap<>();

  private final OverSessions over = new OverSessions();

  private Time now;
  private long tickedMillis;

  /** Where messages of the request or tick under way go. */
  private List<Outgoing> sending = new ArrayList<>();

  /** Whether every answer of the batch under way may leave before the journal has it. */
  private boolean early;

  private boolean answered;

  private boolean earlyRequest;
  private boolean safeMode;

  private final Manifests manifests = new Manifests(Manifests.CLAIMS_MAX);

  /** Sessions are silent from a term's start on, so once none is, none will be. */
  private boolean recovering = true;

  /** Of this term's sessions, and of earlier ones that may not have heard of this term yet. */
  private int longestLeaseMillis;

  /** Of {@link TokenTable#releases}, as of the last look at who waits. */
  private long releasesSeen;

  private boolean expiring;
  private int fencesFrom;
  private boolean reclaimable = true;

  /** Going over the quarantine, and whether once more after that. */
  private boolean releasing = true;

  private boolean releaseAgain;
  private Quarantine.Passed releasedUpTo;

  private long operations;
  private long batch;

  /**
   * Starts a term.
   *
   * @param namespace the image after replay
   * @param imageNearlyFull true when what makes the image grow should be refused
   */
  public VirtualServerCore(
      Settings settings, Namespace namespace, Time now, BooleanSupplier imageNearlyFull) {
    this(
        settings,
        namespace,
        now,
        imageNearlyFull,
        new PageStore(PageTag.of(settings.name()), PageStore.PAGE_BYTES, SERVICE_PAGES_MAX));
  }

  /** As above, with the pages that the volatile state stands in; closed with this object. */
  VirtualServerCore(
      Settings settings,
      Namespace namespace,
      Time now,
      BooleanSupplier imageNearlyFull,
      PageStore pages) {
    this.settings = settings;
    this.imageNearlyFull = imageNearlyFull;
    this.longestLeaseMillis =
        Math.max(settings.leaseMillis(), namespace.currentBoot().getLeaseMillis());
    this.pages = pages;
    this.tokens = new TokenTable(pages, settings.epoch() << GRANTS_PER_TERM_BITS);
    this.activated = now;
    this.now = now;
    this.tickedMillis = now.monotonicMillis();
    for (long id : namespace.sessions()) {
      SessionRecord record = namespace.session(id).orElseThrow();
      if (record.getHeldUntilMillis() == 0) {
        ClientSession session = remember(id, record, true);
        if (record.getExpelled()) {
          session.expel();
        }
      } else {
        over.takeUp(id);
      }
    }
  }

  /** What comes now is made durable together. */
  public void beginBatch() {
    early = true;
    answered = false;
  }

  /** Whether what was answered since {@link #beginBatch} may be known to its receivers early. */
  public boolean mayAnswerEarly() {
    return early && answered;
  }

  /** Carries one request out; what is to be sent is added to {@code out}. */
  public void execute(Inbound inbound, NamespaceWriter namespace, Time time, List<Outgoing> out) {
    now = time;
    sending = out;
    operations++;
    earlyRequest = inbound.request().hasRenew();
    try {
      Optional<Reply> reply = answer(inbound, namespace, out);
      reply.ifPresent(r -> out.add(reply(inbound, r)));
    } catch (LeatException e) {
      out.add(reply(inbound, Replies.error(e)));
    }
    early &= earlyRequest;
    answered = true;
    lookForFree();
  }

  /** A connection is gone; its sessions live on until their lease ends. */
  public void disconnected(Peer peer) {
    var unused = manifests.forget(peer);
    for (ClientSession session : sessions.values()) {
      if (session.peer() == peer) {
        session.disconnected();
        waiters.removeIf(waiter -> waiter.inbound().peer() == peer);
      }
    }
  }

  /**
   * Does what time brings: ends leases, quarantines and waits, and takes space back.
   *
   * @return true when there is more to do at once
   */
  public boolean tick(NamespaceWriter namespace, Time time, List<Outgoing> out) {
    now = time;
    sending = out;
    forgiveOwnPause();
    over.step(context(namespace, SYSTEM, TokenTable.NOBODY));
    if (settled()) {
      over.timePasses(leaseClockMillis());
    }
    expireSessions(namespace);
    if (!recovering() && settled()) {
      longestLeaseMillis = settings.leaseMillis();
      namespace.longestLease(longestLeaseMillis);
    }
    expireWaits();
    lookForFree();
    return reclaimSpace(namespace);
  }

  /** Nobody holds the lock of this session's lock file, or it is gone. */
  public void unlocked(long session) {
    over.unlocked(session);
  }

  /** The lock files to look at; others each time, where they are many. */
  public List<Fence> fences() {
    List<Fence> fences = new ArrayList<>();
    over.forEachLocked((id, record) -> fences.add(new Fence(id, record.getClientId())));
    if (fences.size() > FENCES_MAX) {
      fencesFrom = (fencesFrom + FENCES_MAX) % fences.size();
      Collections.rotate(fences, -fencesFrom);
    }
    return List.copyOf(fences.subList(0, Math.min(fences.size(), FENCES_MAX)));
  }

  /**
   * While this server itself stood still it heard nobody; that is no sign that they were silent.
   * Clients count their leases by their own clocks, so waiting longer is always safe.
   */
  private void forgiveOwnPause() {
    long paused = now.monotonicMillis() - tickedMillis;
    if (paused > settings.leaseMillis() / PAUSE_SHARE) {
      sessions.values().forEach(session -> session.heard(now.monotonicMillis()));
      waiters.startAgain(now.monotonicMillis());
    }
    tickedMillis = now.monotonicMillis();
  }

  /** Everything up to this batch of the journal is durable and committed. */
  public void committed(long batchNumber) {
    batch = batchNumber;
  }

  /** Space to take back waits for the next tick; then it goes on at once until there is none. */
  private boolean hasWork() {
    return over.hasWork()
        || expiring
        || waiters.hasFree()
        || ((reclaimable || releasing) && !recovering());
  }

  // ---- requests -------------------------------------------------------------------------------

  private Optional<Reply> answer(Inbound inbound, NamespaceWriter namespace, List<Outgoing> out)
      throws LeatException {
    Request request = inbound.request();
    return switch (request.getOperationCase()) {
      case OPEN_SESSION -> openSession(inbound, namespace, out);
      case DESCRIBE_VIRTUAL_SERVER ->
          Optional.of(Reply.newBuilder().setVirtualServer(describe(namespace)).build());
      case LIST_SESSIONS ->
          Optional.of(Reply.newBuilder().setSessions(listSessions(namespace)).build());
      case EXPLAIN ->
          Optional.of(explain(request.getExplain().getPath(), inbound.caller(), namespace));
      case EXPEL_SESSION ->
          Optional.of(expel(request.getExpelSession().getSession(), inbound.caller(), namespace));
      case SAFE_MODE -> Optional.of(safeMode(request.getSafeMode(), inbound.caller()));
      default -> {
        Optional<Query> query = Queries.of(request);
        yield query.isPresent()
            ? query(query.get(), inbound, namespace)
            : answerInSession(inbound, namespace, out);
      }
    };
  }

  /** A query that fails has changed nothing, so it costs its connection alone, as elsewhere. */
  private static Optional<Reply> query(Query query, Inbound inbound, NamespaceWriter namespace)
      throws LeatException {
    try {
      return Optional.of(query.execute(namespace, inbound.caller()));
    } catch (RuntimeException e) {
      LOG.error("a query of {} failed: {}", inbound.peer().address(), inbound.request(), e);
      inbound.peer().close("its query failed: " + e);
      return Optional.empty();
    }
  }

  private Optional<Reply> answerInSession(
      Inbound inbound, NamespaceWriter namespace, List<Outgoing> out) throws LeatException {
    ClientSession session = sessions.get(inbound.message().getSession());
    if (session == null || session.expelled()) {
      throw new LeatException(
          ErrorCode.SESSION_UNKNOWN,
          "Session %d is not known to virtual server %s (expired, or not taken up again)"
              .formatted(inbound.message().getSession(), settings.name()));
    }
    if (session.peer() != inbound.peer()) {
      inbound.peer().close("session " + session.id() + " is not taken up on this connection");
      return Optional.empty(); // the client, if it still has this connection, sends again
    }
    session.heard(now.monotonicMillis());
    Request request = inbound.request();
    return switch (request.getOperationCase()) {
      case RENEW -> Optional.of(Replies.done());
      case CLOSE_SESSION -> {
        end(session, namespace, request.getCloseSession().getDrained());
        yield Optional.of(Replies.done());
      }
      default -> executeOnce(inbound, session, namespace, out);
    };
  }

  private Optional<Reply> executeOnce(
      Inbound inbound, ClientSession session, NamespaceWriter namespace, List<Outgoing> out)
      throws LeatException {
    Request request = inbound.request();
    if (request.getSequence() == 0) {
      return executeOrWait(inbound, session, namespace, out);
    }
    Optional<SlotReply> last = ReplySlots.last(namespace, session, request.getSlot());
    if (last.isPresent() && last.get().sequence() >= request.getSequence()) {
      return last.get().sequence() == request.getSequence()
          ? Optional.of(last.get().reply())
          : Optional.empty();
    }
    return executeOrWait(inbound, session, namespace, out);
  }

  private Optional<Reply> executeOrWait(
      Inbound inbound, ClientSession session, NamespaceWriter namespace, List<Outgoing> out)
      throws LeatException {
    Request request = inbound.request();
    Reply reply;
    try {
      requireAdmission(request);
      Operation operation =
          Operations.of(request)
              .orElseThrow(
                  () ->
                      new LeatException(
                          ErrorCode.UNSUPPORTED,
                          "This server does not know the request; its version is older"));
      reply = operation.execute(context(namespace, inbound.caller(), session.id()));
    } catch (TokenConflict conflict) {
      park(inbound, conflict, out);
      return Optional.empty();
    } catch (LeatException e) {
      reply = Replies.error(e);
    }
    if (request.getSequence() != 0 && !isRetry(reply)) {
      ReplySlots.answered(namespace, session, request, reply);
    }
    return Optional.of(reply);
  }

  private void requireAdmission(Request request) throws LeatException {
    if (safeMode && Operations.changesNames(request)) {
      throw new LeatException(
          ErrorCode.SAFE_MODE,
          "Virtual server %s is in safe mode: nothing can be changed until it is left"
              .formatted(settings.name()));
    }
    if (Operations.growsImage(request) && imageNearlyFull.getAsBoolean()) {
      throw new LeatException(
          ErrorCode.IMAGE_FULL,
          "Virtual server %s has no room for more names: delete files or raise leat.image.size"
              .formatted(settings.name()));
    }
    if (Operations.opensFile(request)) {
      requireRoomFor(1);
    }
  }

  /** Makes sure that so many more files can be held open by one session. */
  private void requireRoomFor(int files) throws LeatException {
    if (!tokens.hasRoomFor(files)) {
      throw new LeatException(
          ErrorCode.OVERLOADED,
          "Virtual server %s has no memory to keep more files open, %d are (%d service pages); close some, or start the server with a larger -XX:MaxDirectMemorySize"
              .formatted(settings.name(), tokens.openFiles(), pages.usedPages()));
    }
  }

  /** Nothing was applied and the client sends again: the slot must not remember the refusal. */
  private static boolean isRetry(Reply reply) {
    return reply.getError().getDisposition() == io.leat.wire.proto.Disposition.RETRY;
  }

  private OperationContext context(NamespaceWriter namespace, Caller caller, long session) {
    return new OperationContext(namespace, tokens, caller, session, now.wallMillis(), this);
  }

  private Outgoing reply(Inbound inbound, Reply reply) {
    Envelope request = inbound.message();
    return new Outgoing(
        inbound.peer(),
        Envelope.newBuilder()
            .setCorrelation(request.getCorrelation())
            .setVirtualServer(settings.name())
            .setEpoch(settings.epoch())
            .setSession(request.getSession())
            .setReply(reply)
            .build());
  }

  // ---- waiting for tokens ---------------------------------------------------------------------

  private void park(Inbound inbound, TokenConflict conflict, List<Outgoing> out)
      throws LeatException {
    if (waiters.isFull()) {
      throw new LeatException(
          ErrorCode.OVERLOADED,
          "Too many requests wait for tokens; file " + conflict.wanted().get(0).file());
    }
    for (Wanted wanted : conflict.wanted()) {
      ask(wanted.file(), wanted.tokens().minus(waiters.wanted(wanted.file())), out);
    }
    waiters.add(new Waiter(inbound, conflict.wanted(), now.monotonicMillis()));
  }

  /** Asks for what nobody who waits has asked for yet. */
  private void ask(long file, TokenSet wanted, List<Outgoing> out) {
    if (tokens.isHeldAgainst(file, TokenTable.NOBODY, wanted)) {
      int asked = revoke(file, wanted, out);
      revoked.note(file, wanted, asked, now.monotonicMillis());
      takeForgotten(file, wanted);
    }
  }

  /**
   * Asks everybody who holds something against {@code wanted} to give it back.
   *
   * @return how many there are
   */
  private int revoke(long file, TokenSet wanted, List<Outgoing> out) {
    int[] asked = {0};
    tokens.forHolders(
        file,
        (holder, held, grant) -> {
          TokenSet conflicting = held.conflictsWith(wanted);
          if (!conflicting.isEmpty()) {
            asked[0]++;
            revoke(file, holder, conflicting, grant, out);
          }
        });
    return asked[0];
  }

  private void revoke(long file, long holder, TokenSet asked, long grant, List<Outgoing> out) {
    ClientSession session = sessions.get(holder);
    if (session == null || session.peer() == null) {
      return;
    }
    Revoke revoke =
        Revoke.newBuilder().setFileId(file).setTokens(asked.bits()).setGrant(grant).build();
    out.add(
        new Outgoing(
            session.peer(),
            Envelope.newBuilder()
                .setVirtualServer(settings.name())
                .setEpoch(settings.epoch())
                .setSession(holder)
                .setEvent(Event.newBuilder().setRevoke(revoke))
                .build()));
  }

  @Override
  public void revoke(long file, long session, TokenSet asked) {
    tokens
        .grantOf(file, session)
        .ifPresent(grant -> revoke(file, session, asked, grant.number(), sending));
  }

  /** Looks whose tokens have come back; {@link #retry} carries their requests out. */
  private void lookForFree() {
    if (tokens.releases() != releasesSeen) {
      releasesSeen = tokens.releases();
      Map<Long, TokenSet> held = new HashMap<>();
      waiters.free(
          file -> held.computeIfAbsent(file, f -> tokens.heldByOthers(f, TokenTable.NOBODY)));
    }
  }

  /** Whether requests have waited and need not any longer. */
  public boolean hasFree() {
    return waiters.hasFree();
  }

  /** Carries one of those requests out, like {@link #execute}; there is one. */
  public void retry(NamespaceWriter namespace, Time time, List<Outgoing> out) {
    now = time;
    sending = out;
    retry(waiters.takeFree(), namespace, out);
    lookForFree();
  }

  private void retry(Waiter waiter, NamespaceWriter namespace, List<Outgoing> out) {
    early = false;
    Inbound inbound = waiter.inbound();
    ClientSession session = sessions.get(inbound.message().getSession());
    if (session == null || session.expelled() || session.peer() != inbound.peer()) {
      return;
    }
    try {
      executeOnce(inbound, session, namespace, out).ifPresent(r -> out.add(reply(inbound, r)));
    } catch (LeatException e) {
      out.add(reply(inbound, Replies.error(e)));
    }
  }

  /**
   * Expels who has not given tokens back for longer than a lease. What it may remember of paths no
   * longer is taken before, without its word.
   */
  private void expireWaits() {
    for (long file : waiters.files()) {
      takeForgotten(file, waiters.wanted(file));
    }
    for (Waiter waiter : waiters.since(now.monotonicMillis() - leaseWithDriftMillis())) {
      for (Wanted wanted : waiter.wanted()) {
        for (long holder :
            tokens.holdersAgainst(wanted.file(), TokenTable.NOBODY, wanted.tokens())) {
          Optional.ofNullable(sessions.get(holder)).ifPresent(this::expel);
        }
      }
    }
  }

  private void takeForgotten(long file, TokenSet wanted) {
    tokens.holdersAgainst(file, TokenTable.NOBODY, wanted).stream()
        .filter(this::hasForgotten)
        .forEach(holder -> forget(file, holder, wanted));
  }

  /**
   * Whether the client may use nothing any more that it remembers of paths. It counts from when it
   * sent what was heard last, and learns of revocations before it hears that it was heard again.
   */
  private boolean hasForgotten(long session) {
    ClientSession known = sessions.get(session);
    return known == null || now.monotonicMillis() - known.heardMillis() > rememberWithDriftMillis();
  }

  /**
   * Takes what the client has been asked for and serves remembering alone; what stands on that,
   * too, which is everything when the inode does not keep its place.
   */
  private void forget(long file, long holder, TokenSet wanted) {
    TokenSet held = tokens.held(file, holder);
    boolean open = held.has(TokenKind.EXIST, TokenLevel.READ);
    TokenSet remembered = open ? TokenSet.REMEMBERED : held;
    TokenSet asked = held.conflictsWith(wanted).and(remembered);
    if (!asked.isEmpty()) {
      TokenSet taken = asked.and(TokenSet.PATH).isEmpty() ? asked : remembered;
      tokens.restrict(file, holder, held.minus(taken));
    }
  }

  // ---- sessions -------------------------------------------------------------------------------

  /** Without an answer while claims of the client are missing. */
  private Optional<Reply> openSession(
      Inbound inbound, NamespaceWriter namespace, List<Outgoing> out) throws LeatException {
    OpenSession request = inbound.request().getOpenSession();
    Optional<Map<Long, Claim>> claims =
        manifests.add(inbound.peer(), inbound.message().getCorrelation(), request);
    return claims.isPresent()
        ? Optional.of(openSession(inbound, request, claims.get(), namespace, out))
        : Optional.empty();
  }

  private Reply openSession(
      Inbound inbound,
      OpenSession request,
      Map<Long, Claim> claims,
      NamespaceWriter namespace,
      List<Outgoing> out)
      throws LeatException {
    ClientSession session = known(request);
    boolean resumed = session != null;
    if (session == null) {
      session = newSession(request, namespace);
      session.connected(inbound.peer());
    } else {
      boolean silent = session.silent();
      if (silent) {
        requireRoomFor(claims.size() + leasesOf(session, namespace).size());
      }
      session.connected(inbound.peer());
      takeUp(session, claims, silent, namespace, out);
    }
    session.heard(now.monotonicMillis());
    askAgain(session);
    return Reply.newBuilder()
        .setSessionOpened(
            SessionOpened.newBuilder()
                .setSession(session.id())
                .setLeaseMillis(settings.leaseMillis())
                .setSlots(session.slots())
                .setInlineBytesMax(settings.inlineBytesMax())
                .setFlushProofBytesMax(settings.flushProofBytesMax())
                .setRememberMillis(settings.rememberMillis())
                .setRangesMax(OpenRange.WRITERS_MAX)
                .setResumed(resumed)
                .addAllVolumes(settings.volumes()))
        .build();
  }

  /** What was asked for while the client was not connected. */
  private void askAgain(ClientSession session) {
    for (long file : waiters.files()) {
      TokenSet asked = tokens.held(file, session.id()).conflictsWith(waiters.wanted(file));
      if (!asked.isEmpty()) {
        revoke(file, session.id(), asked);
      }
    }
  }

  /** The session that the client asks for, if it is this client's and has not ended. */
  private ClientSession known(OpenSession request) {
    ClientSession session = sessions.get(request.getResume());
    boolean its = session != null && session.record().getClientId().equals(request.getClientId());
    return its && !session.expelled() ? session : null;
  }

  private ClientSession newSession(OpenSession request, NamespaceWriter namespace)
      throws LeatException {
    if (request.getClientId().size() != 16) {
      throw new LeatException(ErrorCode.INVALID_ARGUMENT, "A client id has 16 bytes");
    }
    if (Math.max(request.getHost().length(), request.getProcess().length())
        > DESCRIPTION_CHARS_MAX) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          "Host or process of a client has over " + DESCRIPTION_CHARS_MAX + " characters");
    }
    if (sessions.size() >= SESSIONS_MAX) {
      throw new LeatException(
          ErrorCode.OVERLOADED,
          "Virtual server %s has too many sessions".formatted(settings.name()));
    }
    SessionRecord record =
        SessionRecord.newBuilder()
            .setClientId(request.getClientId())
            .setHost(request.getHost())
            .setProcess(request.getProcess())
            .setOpenedMillis(now.wallMillis())
            .setSlots(settings.replySlots())
            .build();
    return remember(namespace.addSession(record), record, false);
  }

  private ClientSession remember(long id, SessionRecord record, boolean silent) {
    int slots = record.getSlots() == 0 ? settings.replySlots() : record.getSlots();
    ClientSession session = new ClientSession(id, record, slots, silent, now.monotonicMillis());
    sessions.put(id, session);
    return session;
  }

  /**
   * What the client says it holds replaces what was known; requests in flight come again. Of a file
   * that it writes it may not know yet, or be about to give it back: a write lease stays until the
   * client says so in a request.
   */
  private void takeUp(
      ClientSession session,
      Map<Long, Claim> claims,
      boolean silent,
      NamespaceWriter namespace,
      List<Outgoing> out) {
    waiters.removeIf(w -> w.inbound().message().getSession() == session.id());
    if (silent) {
      claims.values().forEach(claim -> reestablish(session, claim, namespace));
      leasesOf(session, namespace).forEach(leasing -> keepWriting(leasing, session));
    } else {
      releaseUnclaimed(session, claims, namespace);
      claims.values().forEach(claim -> renumber(session, claim, namespace));
    }
    claims.values().forEach(claim -> revokeUnheld(session, claim, out));
  }

  private static List<FileLease> leasesOf(ClientSession session, Namespace namespace) {
    return namespace.leasesOf(session.id(), Integer.MAX_VALUE);
  }

  /** A write lease comes with its tokens, also when the answer that says so is on its way. */
  private void keepWriting(FileLease leasing, ClientSession session) {
    TokenSet writer = leasing.lease().hasRange() ? TokenSet.RANGE_WRITER : TokenSet.WRITER;
    Optional<Grant> claimed = tokens.grantOf(leasing.file(), session.id());
    if (claimed.isEmpty() || !claimed.get().tokens().containsAll(writer)) {
      tokens.claim(
          leasing.file(), session.id(), writer, claimed.map(Grant::number).orElse(UNNUMBERED));
    }
  }

  private void releaseUnclaimed(
      ClientSession session, Map<Long, Claim> claims, NamespaceWriter namespace) {
    List<Claim> given = new ArrayList<>();
    tokens.forFiles(
        session.id(), file -> given.add(unclaimed(file, session, claims.get(file), namespace)));
    SessionEnd.release(context(namespace, SYSTEM, session.id()), given, Set.of(), Set.of());
  }

  /**
   * What the session holds on a file and does not claim, but for what a write lease comes with.
   *
   * @param claimed null when it claims nothing
   */
  private Claim unclaimed(
      long file, ClientSession session, Claim claimed, NamespaceWriter namespace) {
    Claim kept = claimed == null ? Claim.getDefaultInstance() : claimed;
    TokenSet lost = tokens.held(file, session.id()).minus(TokenSet.known(kept.getTokens()));
    return Claim.newBuilder()
        .setFileId(file)
        .setTokens(
            (lost.writes() && leased(file, session, namespace) ? lost.minus(WRITERS) : lost).bits())
        .setGrant(Long.MAX_VALUE)
        .build();
  }

  /** Answers with later grants are lost, so the client gives it back by the number it knows. */
  private void renumber(ClientSession session, Claim claim, NamespaceWriter namespace) {
    if (!leased(claim.getFileId(), session, namespace)) {
      TokenSet held = tokens.held(claim.getFileId(), session.id());
      tokens.claim(claim.getFileId(), session.id(), held, claim.getGrant());
    }
  }

  private static boolean leased(long file, ClientSession session, NamespaceWriter namespace) {
    return !namespace.leasesOf(session.id(), file).isEmpty();
  }

  /**
   * Nothing that conflicts has been granted since: while sessions are silent, writers wait. Without
   * its write lease a session is no writer any more.
   */
  private void reestablish(ClientSession session, Claim claim, NamespaceWriter namespace) {
    if (namespace.byId(claim.getFileId()).isPresent()) {
      boolean writes = leased(claim.getFileId(), session, namespace);
      TokenSet claimed = TokenSet.known(claim.getTokens()).and(writes ? WRITERS : TokenSet.READER);
      TokenSet held = tokens.heldByOthers(claim.getFileId(), session.id());
      tokens.claim(
          claim.getFileId(),
          session.id(),
          claimed.minus(claimed.conflictsWith(held)),
          claim.getGrant());
    }
  }

  /** What was taken from the client while it was away; it learns of it before its lease runs. */
  private void revokeUnheld(ClientSession session, Claim claim, List<Outgoing> out) {
    TokenSet gone =
        TokenSet.known(claim.getTokens()).minus(tokens.held(claim.getFileId(), session.id()));
    if (!gone.isEmpty()) {
      revoke(claim.getFileId(), session.id(), gone, claim.getGrant(), out);
    }
  }

  private void expireSessions(NamespaceWriter namespace) {
    List<ClientSession> expired =
        sessions.values().stream()
            .filter(session -> leaseRemainingMillis(session.id()) < 0)
            .limit(EXPIRED_MAX + 1L)
            .toList();
    expiring = expired.size() > EXPIRED_MAX;
    expired.stream().limit(EXPIRED_MAX).forEach(session -> end(session, namespace, false));
  }

  /** Takes no request of a session any more, nor any that waits. */
  private void expel(ClientSession session) {
    session.expel();
    waiters.removeIf(w -> w.inbound().message().getSession() == session.id());
  }

  /** A client that lives loses its connection with the session, and opens another. */
  private Reply expel(long id, Caller caller, NamespaceWriter namespace) throws LeatException {
    Access.requireSuperuser(caller, "expel a session");
    ClientSession session = sessions.get(id);
    if (session == null) {
      throw new LeatException(
          ErrorCode.INVALID_ARGUMENT,
          namespace.session(id).isPresent()
              ? "Session %d of virtual server %s is over already; its space waits for %s"
                  .formatted(
                      id,
                      settings.name(),
                      over.waitsFor(id, leaseClockMillis()).orElse("its last steps"))
              : "No session %d of virtual server %s is there to be expelled; see 'leat client list'"
                  .formatted(id, settings.name()));
    }
    expel(session);
    SessionRecord record = namespace.session(id).orElseThrow();
    namespace.putSession(id, record.toBuilder().setExpelled(true).build());
    if (session.peer() != null) {
      session.peer().close("session " + id + " was expelled by " + caller.user());
    }
    SessionExpelled expelled =
        SessionExpelled.newBuilder()
            .setHost(session.record().getHost())
            .setProcess(session.record().getProcess())
            .setLeaseRemainingMillis(leaseRemainingMillis(id))
            .build();
    return Reply.newBuilder().setSessionExpelled(expelled).build();
  }

  private void end(ClientSession session, NamespaceWriter namespace, boolean drained) {
    sessions.remove(session.id());
    waiters.removeIf(w -> w.inbound().message().getSession() == session.id());
    over.end(context(namespace, SYSTEM, session.id()), session.id(), drained);
  }

  // ---- state ----------------------------------------------------------------------------------

  private boolean reclaimSpace(NamespaceWriter namespace) {
    if (releasing && !recovering()) {
      releasedUpTo = namespace.releaseQuarantine(releasedUpTo, QUARANTINE_RELEASE_MAX);
      releasing = releasedUpTo != null || releaseAgain;
      releaseAgain &= releasedUpTo != null;
    }
    for (int i = 0; i < RECLAIM_STEPS_MAX && reclaimable && !recovering(); i++) {
      reclaimable = reclaimer.step(namespace, tokens::isOpen);
    }
    return hasWork();
  }

  private Reply safeMode(SafeMode request, Caller caller) throws LeatException {
    if (request.getAction() != SafeModeAction.SAFE_MODE_GET) {
      Access.requireSuperuser(caller, "change the safe mode");
      safeMode = request.getAction() == SafeModeAction.SAFE_MODE_ENTER;
    }
    return Reply.newBuilder().setSafeMode(SafeModeState.newBuilder().setOn(safeMode)).build();
  }

  private VirtualServerDescription describe(Namespace namespace) {
    BootRecord boot = namespace.currentBoot();
    return VirtualServerDescription.newBuilder()
        .setName(settings.name())
        .setState(state())
        .setOwner(settings.owner())
        .setAddress(settings.address())
        .setEpoch(settings.epoch())
        .setBatch(batch)
        .setUsage(Queries.usage(namespace))
        .setSessions(sessions.size())
        .setSilentSessions(recovering() ? silentSessions() : 0)
        .setOpenFiles(tokens.openFiles())
        .setGrants(sessions.keySet().stream().mapToLong(tokens::openFiles).sum())
        .setServiceBytes(pages.memoryBytes())
        .addAllVolumes(settings.volumes())
        .setOperations(operations)
        .setUnsyncedCommits(boot.getCommits() - boot.getSynced())
        .build();
  }

  private int silentSessions() {
    return (int) sessions.values().stream().filter(ClientSession::silent).count();
  }

  private String state() {
    return recovering() ? "RECOVERING" : safeMode ? "SAFE_MODE" : "SERVING";
  }

  private Reply explain(String path, Caller caller, Namespace namespace) throws LeatException {
    Node node = namespace.resolve(PathName.parse(path), caller).require();
    Explainer explainer =
        new Explainer(tokens, waiters, sessions, now.monotonicMillis(), leaseWithDriftMillis());
    return Reply.newBuilder().setExplanation(explainer.explain(node, namespace, state())).build();
  }

  private Sessions listSessions(Namespace namespace) {
    Sessions.Builder list = Sessions.newBuilder();
    for (ClientSession session : sessions.values()) {
      list.addSessions(
          describe(session.id(), namespace)
              .setAddress(session.peer() == null ? "" : session.peer().address())
              .setOpenFiles(tokens.openFiles(session.id()))
              .setLeaseRemainingMillis(leaseRemainingMillis(session.id()))
              .setState(state(session)));
    }
    over.forEach(
        (id, record) ->
            list.addSessions(
                describe(id, namespace)
                    .setState("HELD")
                    .setEndedEpoch(record.getEndedEpoch())
                    .setWaitsFor(over.waitsFor(id, leaseClockMillis()).orElse(""))));
    return list.build();
  }

  private static String state(ClientSession session) {
    return session.expelled() ? "EXPELLED" : session.peer() == null ? "SILENT" : "CONNECTED";
  }

  private static SessionDescription.Builder describe(long id, Namespace namespace) {
    SessionRecord record = namespace.session(id).orElseThrow();
    List<FileLease> leases = namespace.leasesOf(id, Integer.MAX_VALUE);
    long held = namespace.quarantinedBlocks(id) + BlockRange.blocks(namespace.pool(id));
    for (FileLease leasing : leases) {
      held += BlockRange.blocks(Delegations.ranges(leasing.lease()));
    }
    return SessionDescription.newBuilder()
        .setSession(id)
        .setHost(record.getHost())
        .setProcess(record.getProcess())
        .setWriteLeases(leases.size())
        .setHeldBytes(held * Extent.BLOCK_BYTES)
        .setFence(record.getFenced() ? "lock-file" : "quarantine");
  }

  /** The longest lease with the drift that clocks may have against each other: 1% and a second. */
  private long leaseWithDriftMillis() {
    return longestLeaseMillis + longestLeaseMillis / 100L + 1_000L;
  }

  /**
   * How long after their last renewal clients may use what they remember of paths, with drift; they
   * leave a margin of their own.
   */
  private long rememberWithDriftMillis() {
    int rememberMillis = Settings.rememberMillis(longestLeaseMillis);
    return rememberMillis + rememberMillis / 100L + 1;
  }

  private long leaseClockMillis() {
    return activated.wallMillis() + now.monotonicMillis() - activated.monotonicMillis();
  }

  /** The wall clock may have jumped before this term; whoever was expelled then is past now. */
  private boolean settled() {
    return leaseClockMillis() >= activated.wallMillis() + leaseWithDriftMillis();
  }

  @Override
  public long leaseEndMillis() {
    return leaseClockMillis() + leaseWithDriftMillis();
  }

  @Override
  public String describeSession(long session) {
    ClientSession known = sessions.get(session);
    return known == null ? "session " + session : known.describe();
  }

  @Override
  public long leaseRemainingMillis(long session) {
    ClientSession known = sessions.get(session);
    return known == null ? 0 : known.heardMillis() + leaseWithDriftMillis() - now.monotonicMillis();
  }

  @Override
  public long epoch() {
    return settings.epoch();
  }

  @Override
  public boolean recovering() {
    recovering = recovering && sessions.values().stream().anyMatch(ClientSession::silent);
    return recovering;
  }

  @Override
  public boolean mayBeRemembered() {
    return now.monotonicMillis() - activated.monotonicMillis() <= rememberWithDriftMillis()
        && recovering();
  }

  @Override
  public TokenSet awaitedTokens(long file) {
    return waiters.wanted(file);
  }

  @Override
  public boolean contended(long file, TokenSet tokens) {
    return !tokens.conflictsWith(waiters.wanted(file)).isEmpty()
        || revoked.conflicts(file, tokens, now.monotonicMillis());
  }

  @Override
  public void answersEarly() {
    earlyRequest = true;
  }

  @Override
  public void drained() {
    releaseAgain = releasing;
    releasing = true;
  }

  @Override
  public void reclaim() {
    reclaimable = true;
    reclaimer.restart();
  }

  /** The term is over: lets go of the memory of the volatile state. Called once, by the term. */
  @Override
  public void close() {
    pages.close();
  }
}
