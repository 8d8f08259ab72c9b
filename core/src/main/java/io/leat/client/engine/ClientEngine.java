package io.leat.client.engine;

import io.leat.client.engine.Environment.Link;
import io.leat.client.engine.Environment.LinkListener;
import io.leat.client.engine.RememberedPath.Answer;
import io.leat.client.engine.RememberedPath.Asked;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAccess;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.ExtentMessages;
import io.leat.wire.listing.ListingPage;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Append;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.CloseSession;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Create;
import io.leat.wire.proto.DescribeServer;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Error;
import io.leat.wire.proto.Event;
import io.leat.wire.proto.Found;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.GetStatus;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.ListDirectory;
import io.leat.wire.proto.Listing;
import io.leat.wire.proto.Lookup;
import io.leat.wire.proto.Open;
import io.leat.wire.proto.OpenSession;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Renew;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SessionOpened;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of one virtual server, without threads, clocks or I/O: one session, its calls, lease,
 * tokens and open files.
 *
 * <p>A call goes on until it has been answered for good or its deadline has passed. What a lost
 * connection leaves unanswered is sent again on the next one, with the same slot and sequence, so
 * that it takes effect once. When the session itself is lost, calls that may have taken effect
 * fail, everything cached is marked stale, and a new session is opened.
 *
 * <p>Confined: every call to the engine and every call back from its environment is made under one
 * lock or on one thread, which its owner provides. Futures complete inside of it. {@link #lease}
 * and {@link OpenFile#state} may be read from anywhere.
 */
public final class ClientEngine implements LinkListener {

  /** An odd number without a pattern: what it multiplies differs in all bits. */
  private static final long SPREADING = 0x9E3779B97F4A7C15L;

  private static final Logger LOG = LoggerFactory.getLogger(ClientEngine.class);

  /** How often the engine looks at deadlines and renewals. */
  private static final long TICK_MILLIS = 50;

  /** Pause before a refused or lost connection is tried again, doubled up to the maximum. */
  private static final long RECONNECT_MILLIS_MIN = 20;

  private static final long RECONNECT_MILLIS_MAX = 1_000;

  /** The maximum while there is a session, whose streams wait for another owner of the files. */
  private static final long RECONNECT_MILLIS_HELD_MAX = 250;

  /**
   * A server that is silent for so long while calls wait for it is asked whether it lives, if there
   * is another one to turn to.
   */
  private static final long SILENT_MILLIS = 1_000;

  /** And given up when it does not answer that for so long. */
  private static final long PROBE_MILLIS = 1_000;

  /** A connection on which a renewal stays unanswered for this part of a lease is given up. */
  private static final int LEASE_PARTS_UNANSWERED = 2;

  private static final long NOT_PROBED = -1;

  /** Pause before a call that the server put off is sent again. */
  private static final long RETRY_MILLIS = 50;

  /** Files whose tokens go back in one message at most, and how long the first waits for more. */
  private static final int CLOSED_MAX = 64;

  private static final long CLOSED_MILLIS = 2;

  /** Files whose tokens one message gives back at most. */
  private static final int RELEASED_MAX = 10_000;

  /**
   * Times that a long layout is asked for before its parts may be of several versions: it changes
   * faster than it comes.
   */
  private static final int LAYOUT_ATTEMPTS_MAX = 8;

  /** Calls that may be under way at the same time. */
  static final int CALLS_MAX = 65_536;

  private final EngineConfig config;
  private final Environment environment;
  private final long startedMillis;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final OpenFiles files = new OpenFiles();
  private final RememberedPaths remembered;
  private final WriteGates gates;

  /** Every call that is not answered for good, in the order in which they were made. */
  private final Set<Call> calls = new LinkedHashSet<>();

  private final Map<Long, Call> byCorrelation = new HashMap<>();
  private final ArrayDeque<Call> awaitingSlot = new ArrayDeque<>();
  private final ArrayDeque<Waiting> awaitingLease = new ArrayDeque<>();

  /** Who waits for a valid lease, and until when on the monotonic clock. */
  private record Waiting(CompletableFuture<Void> valid, long deadlineMillis) {}

  /** Of files that were closed, to be given back together. */
  private final List<Claim> closed = new ArrayList<>();

  private SpacePool pool = new SpacePool();
  private Phase phase = Phase.DISCONNECTED;
  private Link link;
  private int nextAddress;
  private String preferredAddress;
  private String connectingTo;

  /** A redirection has been followed since the last session was opened or taken up. */
  private boolean followed;

  private long reconnectMillis = RECONNECT_MILLIS_MIN;
  private IOException lastFailure;

  private long session;
  private long epoch;
  private long correlations;
  private long streams;
  private Slots slots;
  private int inlineBytesMax;
  private int flushProofBytesMax;
  private int rememberMillis;
  private int rangesMax;
  private long renewedMillis;

  /** Something remembered was asked for since the last renewal, so the next one comes sooner. */
  private boolean remembering;

  private boolean renewing;

  /** When the server last said something, or was first asked since nothing waited. */
  private long heardMillis;

  /** When it was asked whether it lives, unless it has said something since. */
  private long probedMillis = NOT_PROBED;

  private long openCorrelation;
  private long openSentMonotonic;
  private long openSentWall;
  private volatile Lease lease = Lease.NONE;

  /** {@link #leaseSeen}; lowered by whoever finds the lease over, raised by ticks and renewals. */
  private volatile boolean leaseSeen;

  private volatile boolean closing;
  private volatile List<VolumeDescription> volumes = List.of();

  /** How far the engine has come with its server. */
  private enum Phase {
    /** No connection; one is tried after a pause. */
    DISCONNECTED,
    /** Handshake under way. */
    CONNECTING,
    /** Connected, the session is being opened or taken up. */
    OPENING,
    /** Calls are sent. */
    READY,
    /** Over; nothing is sent any more. */
    CLOSED
  }

  public ClientEngine(EngineConfig config, Environment environment) {
    this.config = config;
    this.environment = environment;
    this.remembered = new RememberedPaths(config.rememberedPathsMax());
    this.gates = new WriteGates(environment, this::drained);
    this.startedMillis = environment.monotonicMillis();
  }

  /** Connects; the future completes with the first session, or fails when there is none in time. */
  public CompletableFuture<Void> start() {
    connect();
    tick();
    return ready;
  }

  // ---- calls ----------------------------------------------------------------------------------

  /** Makes a call that may be repeated freely. */
  public CompletableFuture<Reply> call(String user, Request.Builder request) {
    return call(user, request, false);
  }

  /** Makes a call that takes effect once, however often it has to be sent. */
  public CompletableFuture<Reply> callOnce(String user, Request.Builder request) {
    return call(user, request, true);
  }

  private CompletableFuture<Reply> call(String user, Request.Builder request, boolean once) {
    return made(user, request, once).result();
  }

  private Call made(String user, Request.Builder request, boolean once) {
    return made(user, request, once, environment.monotonicMillis() + config.callTimeoutMillis());
  }

  private Call made(String user, Request.Builder request, boolean once, long deadlineMillis) {
    if (once) {
      releaseClosed(); // it may depend on files being closed
      lend(user, request);
    }
    Call call = new Call(request.setUser(user), once, deadlineMillis);
    if (phase == Phase.CLOSED) {
      call.result().completeExceptionally(closedFailure());
    } else if (calls.size() >= CALLS_MAX && !request.hasRelease()) {
      call.result().completeExceptionally(new IOException("Too many calls are under way"));
    } else {
      calls.add(call);
      assignSlot(call);
      sendIfReady(call);
    }
    return call;
  }

  /**
   * Gives back, ahead of a change of this client's own, what it remembers of what is changed: else
   * the server would have to ask for it first.
   */
  private void lend(String user, Request.Builder request) {
    for (String path : ChangedPaths.of(request)) {
      giveBack(remembered.forget(new Asked(user, path)));
      giveBack(
          remembered.forgetIf(new Asked(user, ChangedPaths.parentOf(path)), Answer::isListing));
    }
    for (String path : ChangedPaths.entriesOf(request)) {
      giveBack(remembered.forgetIf(new Asked(user, path), Answer::isAbsence));
      giveBack(remembered.forget(new Asked(user, ChangedPaths.parentOf(path))));
    }
  }

  /** What more is held of inodes than is needed. */
  private void giveBack(Collection<OpenFile> inodes) {
    release(files.surplus(inodes), List.of());
  }

  private void assignSlot(Call call) {
    if (call.once() && call.slot() == Call.NO_SLOT && slots != null) {
      if (slots.isFree()) {
        slots.assignTo(call);
      } else {
        awaitingSlot.add(call);
      }
    }
  }

  private void sendIfReady(Call call) {
    if (phase == Phase.READY && call.correlation() == 0 && call.hasSlotIfNeeded()) {
      long correlation = ++correlations;
      if (byCorrelation.isEmpty()) {
        heardMillis = environment.monotonicMillis();
      }
      byCorrelation.put(correlation, call);
      send(correlation, call.sending(correlation));
    }
  }

  private void send(long correlation, Request request) {
    link.send(
        Envelope.newBuilder()
            .setCorrelation(correlation)
            .setVirtualServer(config.virtualServer())
            .setEpoch(epoch)
            .setSession(session)
            .setRequest(request)
            .build());
  }

  private void complete(Call call, Reply reply) {
    forget(call);
    boolean kept = remember(call, reply);
    if (call.givenUp() && reply.hasOpened() && !kept) {
      giveBack(reply.getOpened(), call.stream());
    }
    call.result().complete(reply);
  }

  /** Remembers the path that was asked for, if the answer lets us; false when it does not. */
  private boolean remember(Call call, Reply reply) {
    Asked asked = new Asked(call.user(), call.path());
    if (reply.hasOpened() && reply.getOpened().getAboveCount() > 0) {
      Opened opened = reply.getOpened();
      Held file =
          Held.newBuilder()
              .setStatus(opened.getStatus())
              .setTokens(opened.getTokens())
              .setGrant(opened.getGrant())
              .build();
      Answer answer = Answer.status(Messages.attributes(file.getStatus()));
      return remember(asked, opened.getAboveList(), file, List.of(), answer, true);
    }
    if (!reply.hasFound() || !Messages.mayBeRemembered(reply.getFound())) {
      return false;
    }
    Found found = reply.getFound();
    List<Held> above = found.getPathList().subList(0, found.getPathCount() - 1);
    Held last = found.getPath(above.size());
    return remember(asked, above, last, found.getEntriesList(), Messages.answer(found), false);
  }

  private boolean remember(
      Asked asked, List<Held> above, Held last, List<Held> entries, Answer answer, boolean opened) {
    Map<OpenFile, TokenSet> standsOn = new LinkedHashMap<>();
    hold(above, FileAccess.PASS.tokens(), asked, standsOn);
    hold(entries, FileAccess.LOOK.tokens(), asked, standsOn);
    OpenFile file = files.held(last, asked.user());
    if (file != null) {
      standsOn.put(file, answer.tokens());
    }
    boolean all = standsOn.size() == above.size() + entries.size() + 1;
    if (!all || !standsOn.entrySet().stream().allMatch(on -> on.getKey().holds(on.getValue()))) {
      if (opened) {
        standsOn.remove(file); // it is the handle's to give back
      } else if (file == null) {
        release(Messages.claim(last));
      }
      giveBack(standsOn.keySet());
      return false;
    }
    long now = environment.monotonicMillis();
    giveBack(remembered.remember(asked, standsOn, file, answer, opened, now));
    return true;
  }

  /** Takes in what is held of inodes; what there is no room for goes back. */
  private void hold(
      List<Held> inodes, TokenSet tokens, Asked asked, Map<OpenFile, TokenSet> standsOn) {
    for (Held held : inodes) {
      OpenFile inode = files.held(held, asked.user());
      if (inode == null) {
        release(Messages.claim(held));
      } else {
        standsOn.put(inode, tokens);
      }
    }
  }

  /** Gives back what nothing stands on any more since a path was lost. */
  private void forgetLost() {
    giveBack(remembered.forgetLost());
  }

  /** Gives back what nobody waits for any more, unless another handle of the file lives on it. */
  private void giveBack(Opened late, long stream) {
    Claim back = files.overdue(late, gates.isWritten(late.getStatus().getFileId(), null));
    release(List.of(back), stream == Call.NO_STREAM ? List.of() : List.of(stream));
  }

  private void fail(Call call, IOException failure) {
    forget(call);
    call.result().completeExceptionally(failure);
  }

  private void forget(Call call) {
    calls.remove(call);
    byCorrelation.remove(call.correlation());
    awaitingSlot.remove(call);
    if (call.slot() != Call.NO_SLOT) {
      slots.giveBack(call.slot());
      Call next = awaitingSlot.poll();
      if (next != null) {
        slots.assignTo(next);
        sendIfReady(next);
      }
    }
  }

  // ---- files ----------------------------------------------------------------------------------

  /** A number for a new stream of this session. */
  public long newStream() {
    return ++streams;
  }

  /** What stands at a path; without a message where this user has asked before. */
  public CompletableFuture<FileAttributes> status(String user, String path) {
    Asked asked = new Asked(user, path);
    RememberedPath known = remembered(asked);
    if (known != null) {
      return answered(known.answer(), known.answer().status());
    }
    if (remembersAnswer(RememberedPaths.STATUS, asked)) {
      return lookUp(user, Lookup.newBuilder().setPath(path))
          .thenCompose(answer -> answered(answer, answer.status()));
    }
    return call(user, Request.newBuilder().setGetStatus(GetStatus.newBuilder().setPath(path)))
        .thenApply(reply -> Messages.attributes(reply.getStatus().getStatus()));
  }

  private CompletableFuture<Answer> lookUp(String user, Lookup.Builder lookup) {
    return call(user, Request.newBuilder().setLookup(lookup.setMore(true)))
        .thenApply(reply -> Messages.answer(reply.getFound()));
  }

  /** What was asked for, unless nothing stands at the path. */
  private static <T> CompletableFuture<T> answered(Answer answer, T asked) {
    return answer.isAbsence()
        ? CompletableFuture.failedFuture(failure(answer.absent()))
        : CompletableFuture.completedFuture(asked);
  }

  /**
   * A directory's entries, or the file itself; without a message where this user has listed the
   * directory before, and it is small.
   *
   * @param after only entries behind this name; empty for all
   * @param limit entries at most
   */
  public CompletableFuture<Listing> list(String user, String path, String after, int limit) {
    Asked asked = new Asked(user, path);
    RememberedPath known = after.isEmpty() ? remembered(asked) : null;
    if (known != null && known.answer().tells(limit)) {
      return answered(known.answer(), known.answer().listing());
    }
    ListDirectory.Builder list =
        ListDirectory.newBuilder().setPath(path).setAfter(after).setLimit(limit);
    int entriesMax = Math.min(limit, remembered.entriesMax());
    boolean again =
        after.isEmpty()
            && rememberMillis > 0
            && entriesMax > 0
            && remembered.takeAsked(RememberedPaths.LIST, asked);
    if (!again) {
      return listed(asked, list, entriesMax);
    }
    return lookUp(user, Lookup.newBuilder().setPath(path).setEntriesMax(entriesMax))
        .thenCompose(
            answer ->
                answer.tells(limit)
                    ? answered(answer, answer.listing())
                    : listed(asked, list, entriesMax));
  }

  private static boolean isSmall(Listing listing, int entriesMax) {
    return !listing.getMore() && ListingPage.isOfFew(listing.getPage(), entriesMax);
  }

  private CompletableFuture<Listing> listed(
      Asked asked, ListDirectory.Builder list, int entriesMax) {
    return call(asked.user(), Request.newBuilder().setListDirectory(list))
        .thenApply(
            reply -> {
              Listing listing = reply.getListing();
              if (list.getAfter().isEmpty() && isSmall(listing, entriesMax)) {
                remembered.asked(RememberedPaths.LIST, asked);
              }
              return listing;
            });
  }

  /** Opens a file for reading; without a message where this user has had it open before. */
  public CompletableFuture<OpenFile> open(String user, String path) {
    Asked asked = new Asked(user, path);
    RememberedPath known = remembered(asked);
    if (known != null && known.answer().isAbsence()) {
      return answered(known.answer(), known.last());
    }
    if (known != null
        && known.mayOpen(environment.monotonicMillis())
        && known.last().isReadable()) {
      known.last().opened(user);
      return done(known.last());
    }
    Open.Builder open =
        Open.newBuilder().setPath(path).setRemember(remembersAnswer(RememberedPaths.OPEN, asked));
    return opening(user, call(user, Request.newBuilder().setOpen(open)));
  }

  /**
   * What is remembered of a path and may be used now; null for nothing. Nobody has changed it, for
   * the server has not asked for it, and cannot have given it up yet.
   */
  private RememberedPath remembered(Asked asked) {
    long now = environment.monotonicMillis();
    RememberedPath known = phase == Phase.READY ? remembered.find(asked, now) : null;
    if (known == null) {
      return null;
    }
    remembering = true;
    if (!closing && lease.isWithin(rememberMillis, now, environment.wallMillis())) {
      return known;
    }
    if (!renewing) {
      renew();
    }
    return null;
  }

  private boolean remembersAnswer(String question, Asked asked) {
    return rememberMillis > 0 && remembered.isAskedAgain(question, asked);
  }

  /** Opens a file for reading by its id. */
  public CompletableFuture<OpenFile> open(String user, long fileId) {
    return opening(
        user, call(user, Request.newBuilder().setOpen(Open.newBuilder().setFileId(fileId))));
  }

  /** Makes a file and takes its write lease. */
  public CompletableFuture<WriteGrant> create(String user, Create.Builder create) {
    Request.Builder request = Request.newBuilder().setCreate(create);
    return granted(user, create.getStream(), request, Optional.empty());
  }

  /** Makes a file, or joins its writers, and takes the write lease of a range. */
  public CompletableFuture<WriteGrant> create(String user, Create.Builder create, ByteRange range) {
    if (rangesMax == 0) {
      return CompletableFuture.failedFuture(
          new LeatException(
              ErrorCode.UNSUPPORTED,
              "Cannot write a range of %s: the metadata server knows of no ranges; it has to be upgraded"
                  .formatted(create.getPath())));
    }
    Request.Builder request =
        Request.newBuilder().setCreate(create.setRange(Messages.range(range)));
    return granted(user, create.getStream(), request, Optional.of(range));
  }

  /** Takes a file's write lease. */
  public CompletableFuture<WriteGrant> append(String user, String path, long stream) {
    Append.Builder append = Append.newBuilder().setPath(path).setStream(stream);
    Request.Builder request = Request.newBuilder().setAppend(append);
    return granted(user, stream, request, Optional.empty());
  }

  private CompletableFuture<WriteGrant> granted(
      String user, long stream, Request.Builder request, Optional<ByteRange> range) {
    return callOnce(user, request)
        .thenCompose(
            answer -> {
              Opened opened = answer.getOpened();
              if (isFull(opened)) {
                return refused(opened, stream);
              }
              List<Extent> extents = ExtentMessages.extents(opened.getExtentsList());
              OpenFile file = files.opened(opened, extents, user);
              WriteGate gate = gates.open(session, stream, file.id());
              return range.isPresent() || !opened.getMore()
                  ? CompletableFuture.completedFuture(writing(file, stream, range, gate))
                  : onFailure(
                      rest(file, opened, extents, 1, false)
                          .thenApply(whole -> writing(whole, stream, range, gate)),
                      () -> abandon(writing(file, stream, range, gate)));
            });
  }

  private WriteGrant writing(
      OpenFile file, long stream, Optional<ByteRange> range, WriteGate gate) {
    return new WriteGrant(
        file,
        file.state(),
        stream,
        range,
        gate,
        range.isPresent() ? 0 : inlineBytesMax,
        range.isPresent() ? 0 : flushProofBytesMax);
  }

  private CompletableFuture<OpenFile> opening(String user, CompletableFuture<Reply> reply) {
    return reply.thenCompose(
        answer -> {
          Opened opened = answer.getOpened();
          if (isFull(opened)) {
            return refused(opened, Call.NO_STREAM);
          }
          List<Extent> extents = ExtentMessages.extents(opened.getExtentsList());
          OpenFile file = files.opened(opened, extents, user);
          return opened.getMore()
              ? onFailure(rest(file, opened, extents, 1, false), () -> close(file))
              : done(file);
        });
  }

  /** Does something when the future fails, ahead of who waits for it. */
  private static <T> CompletableFuture<T> onFailure(CompletableFuture<T> future, Runnable failed) {
    return future.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            failed.run();
          }
        });
  }

  /** Whether there is no room for another file, even without those that are remembered. */
  private boolean isFull(Opened opened) {
    long file = opened.getStatus().getFileId();
    if (files.isFull(file)) {
      giveBack(remembered.forgetAll());
    }
    return files.isFull(file);
  }

  private <T> CompletableFuture<T> refused(Opened opened, long stream) {
    giveBack(opened, stream);
    return CompletableFuture.failedFuture(new IOException("Too many files are open"));
  }

  private void granted(OpenFile file, Opened opened, List<Extent> extents) {
    Claim back = files.granted(file, opened, extents);
    if (back != null) {
      release(back);
    }
  }

  /**
   * Fetches the extents that one message had no room for.
   *
   * @param mixed the known ones are of several versions
   */
  private CompletableFuture<OpenFile> rest(
      OpenFile file, Opened first, List<Extent> known, int attempt, boolean mixed) {
    Extent last = known.get(known.size() - 1);
    GetLayout.Builder ask = GetLayout.newBuilder().setFileId(file.id()).setFrom(last.fileEnd());
    return call(file.user(), Request.newBuilder().setGetLayout(ask))
        .thenCompose(
            answer -> {
              Opened more = answer.getOpened();
              boolean changed = more.getStatus().getVersion() != first.getStatus().getVersion();
              if (changed && attempt < LAYOUT_ATTEMPTS_MAX) {
                return refresh(file, attempt + 1);
              }
              List<Extent> extents =
                  FileState.joined(known, ExtentMessages.extents(more.getExtentsList()));
              granted(file, more, extents);
              boolean several = mixed || changed;
              if (more.getMore()) {
                return rest(file, more, extents, attempt, several);
              }
              if (several) {
                file.become(file.state().mixed());
              }
              return done(file);
            });
  }

  private static CompletableFuture<OpenFile> done(OpenFile file) {
    return CompletableFuture.completedFuture(file);
  }

  /** Asks for a file's present attributes, extents and tokens; only what is new comes back. */
  public CompletableFuture<OpenFile> refresh(OpenFile file) {
    return refresh(file, 1);
  }

  private CompletableFuture<OpenFile> refresh(OpenFile file, int attempt) {
    FileState state = file.state();
    if (state.stale()) {
      return call(file.user(), Request.newBuilder().setOpen(Open.newBuilder().setFileId(file.id())))
          .thenCompose(answer -> refreshed(file, answer, attempt));
    }
    GetLayout.Builder ask =
        GetLayout.newBuilder().setFileId(file.id()).setKnownVersion(state.attributes().version());
    return call(file.user(), Request.newBuilder().setGetLayout(ask))
        .thenCompose(answer -> refreshed(file, answer, attempt));
  }

  private CompletableFuture<OpenFile> refreshed(OpenFile file, Reply answer, int attempt) {
    Opened opened = answer.getOpened();
    List<Extent> extents = ExtentMessages.extents(opened.getExtentsList());
    granted(file, opened, extents);
    return opened.getMore() ? rest(file, opened, extents, attempt, false) : done(file);
  }

  /**
   * Publishes a stream's bytes; with close set, the stream and its handle are over. Readers of this
   * client ask for the new extents when they read next.
   */
  public CompletableFuture<FileAttributes> commit(WriteGrant granted, Commit.Builder commit) {
    OpenFile file = granted.file();
    boolean close = commit.getClose();
    long released = close && file.handles() == 1 ? file.state().grant() : 0;
    Call call =
        made(file.user(), Request.newBuilder().setCommit(commit.setReleaseGrant(released)), true);
    return call.result()
        .thenApply(
            answer -> {
              boolean last = close && !gates.isWritten(file.id(), granted.gate());
              // Claims of a reconnect may have renewed what the first copy had given back.
              files.committed(file, last, call.sent() > 1 ? 0 : released);
              if (close && granted.gate().handIn()) {
                gates.close(granted.gate());
                close(file);
              }
              return Messages.attributes(answer.getCommitted().getStatus());
            });
  }

  /**
   * Takes blocks for a small file out of what the session has been given in advance.
   *
   * @param fencedSession the session whose lock file is held, 0 for none
   * @return none when there are none now, or the stream's session is over
   */
  Optional<BlockRange> pooled(WriteGrant granted, long blocks, long fencedSession) {
    if (granted.gate().session() != session) {
      return Optional.empty();
    }
    Optional<BlockRange> taken = pool.take(blocks);
    long wanted = pool.wanted();
    if (wanted > 0) {
      fill(pool, wanted, fencedSession);
    }
    return taken;
  }

  private void fill(SpacePool into, long blocks, long fencedSession) {
    Allocate.Builder allocate =
        Allocate.newBuilder().setBlocks(blocks).setFencedSession(fencedSession);
    whenDone(
        callOnce("", Request.newBuilder().setAllocate(allocate)),
        (reply, failure) -> {
          if (failure == null && into == pool) {
            into.add(Messages.ranges(reply.getAllocated().getRangesList()));
          } else {
            LOG.debug("no space in advance for small files", failure);
            into.refused();
          }
        });
  }

  /** Takes a handle away; after the last one the tokens go back, with those of others. */
  public void close(OpenFile file) {
    Claim back = files.closed(file, false);
    forgetLost();
    if (back == null) {
      return;
    }
    closed.add(back);
    if (closed.size() >= CLOSED_MAX) {
      releaseClosed();
    } else if (closed.size() == 1) {
      environment.schedule(CLOSED_MILLIS, this::releaseClosed);
    }
  }

  private void releaseClosed() {
    List<Claim> claims = List.copyOf(closed);
    closed.clear();
    release(claims, List.of());
  }

  /** Takes a stream's handle away without a commit: its write lease goes back. */
  public void abandon(WriteGrant granted) {
    if (!granted.gate().handIn()) {
      return; // its close has been answered, while its user gave up waiting for that
    }
    boolean open = granted.gate().isOpen();
    boolean drained = gates.close(granted.gate());
    OpenFile file = granted.file();
    Claim back = files.closed(file, !gates.isWritten(file.id(), granted.gate()));
    if (back == null && open) {
      back = Claim.newBuilder().setFileId(file.id()).build(); // another stream lives on the tokens
    }
    if (back != null) {
      Release.Builder release = Release.newBuilder().addFiles(back);
      release(
          drained
              ? release.addDrainedStreams(granted.stream())
              : release.addEndedStreams(granted.stream()));
    }
  }

  private void release(Claim claim) {
    release(List.of(claim), List.of());
  }

  /**
   * Gives back what the server will not wait for, until it has heard it: nobody else does. When it
   * is lost with the session, the tokens are lost with it too.
   */
  private void release(List<Claim> claims, List<Long> drainedStreams) {
    if (phase == Phase.CLOSED || (claims.isEmpty() && drainedStreams.isEmpty())) {
      return;
    }
    if (claims.size() > RELEASED_MAX) {
      release(claims.subList(0, RELEASED_MAX), drainedStreams);
      release(claims.subList(RELEASED_MAX, claims.size()), List.of());
      return;
    }
    release(Release.newBuilder().addAllFiles(claims).addAllDrainedStreams(drainedStreams));
  }

  private void release(Release.Builder release) {
    Request.Builder request = Request.newBuilder().setRelease(release);
    whenDone(
        made("", request, false, Long.MAX_VALUE).result(),
        (reply, failure) -> {
          if (failure != null) {
            LOG.debug("{} was not given back", release, failure);
          }
        });
  }

  /** A stream that was over before has nothing on its way any more. */
  private void drained(WriteGate gate) {
    if (gate.session() == session) {
      release(List.of(), List.of(gate.stream()));
    }
    if (gate.session() != session || phase == Phase.CLOSED) {
      tellIfDrained(gate.session());
    }
  }

  /** Of a session that is over: its lock is not needed any more once nothing is on its way. */
  private void tellIfDrained(long ofSession) {
    if (gates.isDrained(ofSession)) {
      environment.drained(ofSession);
    }
  }

  private static <T> void whenDone(CompletableFuture<T> future, BiConsumer<T, Throwable> consumer) {
    CompletableFuture<T> unused = future.whenComplete(consumer);
  }

  // ---- lease ----------------------------------------------------------------------------------

  /** True while I/O may be started, and bytes that were read may be handed over (D4). */
  public boolean leaseValid() {
    boolean valid =
        !closing && lease.valid(environment.monotonicMillis(), environment.wallMillis());
    if (!valid) {
      leaseSeen = false;
    }
    return valid;
  }

  /**
   * What the last look at the clocks found, which is a tick ago at most unless this process stood
   * still. Enough to start a read, after which {@link #leaseValid} is asked before its bytes are
   * handed over; for nothing else. Looks at no clock.
   */
  public boolean leaseSeen() {
    return leaseSeen;
  }

  private boolean lookAtLease() {
    boolean valid = leaseValid();
    leaseSeen = valid;
    return valid;
  }

  /** Completes when the lease is valid again; every open file has then been looked at. */
  public CompletableFuture<Void> awaitLease() {
    if (leaseValid() && phase == Phase.READY) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> valid = new CompletableFuture<>();
    if (phase == Phase.CLOSED) {
      valid.completeExceptionally(closedFailure());
    } else {
      awaitingLease.add(
          new Waiting(valid, environment.monotonicMillis() + config.callTimeoutMillis()));
    }
    return valid;
  }

  /** Volumes of the virtual server; empty before the first session. */
  public List<VolumeDescription> volumes() {
    return volumes;
  }

  private void renew() {
    renewing = true;
    remembering = false;
    long sentMonotonic = environment.monotonicMillis();
    long sentWall = environment.wallMillis();
    renewedMillis = sentMonotonic;
    Call call =
        new Call(
            Request.newBuilder().setRenew(Renew.getDefaultInstance()),
            false,
            sentMonotonic + config.callTimeoutMillis());
    calls.add(call);
    sendIfReady(call);
    whenDone(
        call.result(),
        (reply, failure) -> {
          renewing = false;
          if (failure == null) {
            hold(sentMonotonic, sentWall, lease.lengthMillis());
          }
        });
  }

  private void hold(long sentMonotonic, long sentWall, long lengthMillis) {
    if (lease.lengthMillis() > 0 && sentMonotonic < lease.sentMonotonic()) {
      return; // answered late; a later one counts already
    }
    lease = new Lease(sentMonotonic, sentWall, lengthMillis);
    gates.leaseIs(lengthMillis);
    if (lookAtLease()) {
      List<Waiting> waiting = List.copyOf(awaitingLease);
      awaitingLease.clear();
      waiting.forEach(w -> w.valid().complete(null));
    }
  }

  // ---- connection -----------------------------------------------------------------------------

  private void connect() {
    phase = Phase.CONNECTING;
    List<String> known = config.addresses();
    String address = preferredAddress;
    if (address == null) {
      address = known.get(nextAddress % known.size());
      nextAddress++;
    }
    preferredAddress = null;
    connectingTo = address;
    environment.connect(address, this);
  }

  /**
   * Should the owner be lost, the others come first. Not before it has opened a session: who is
   * referred to a server that is gone goes on with those that it has not tried.
   */
  private void continueBehind(String address) {
    List<String> known = config.addresses();
    if (known.contains(address)) {
      nextAddress += Math.floorMod(known.indexOf(address) + 1 - nextAddress, known.size());
    }
  }

  @Override
  public void onOpen(Link opened) {
    if (phase == Phase.CLOSED) {
      opened.close("the client is closed");
      return;
    }
    link = opened;
    phase = Phase.OPENING;
    openSentMonotonic = environment.monotonicMillis();
    openSentWall = environment.wallMillis();
    heardMillis = openSentMonotonic;
    lastFailure =
        new IOException("connected to " + connectingTo + ", which has not opened a session yet");
    openCorrelation = ++correlations;
    openSession(files.claims());
  }

  private void openSession(List<Claim> claims) {
    int pages = Math.max(1, (claims.size() + config.claimsPageMax() - 1) / config.claimsPageMax());
    for (int page = 0; page < pages; page++) {
      int from = page * config.claimsPageMax();
      int to = Math.min(from + config.claimsPageMax(), claims.size());
      send(
          openCorrelation,
          Request.newBuilder()
              .setOpenSession(
                  OpenSession.newBuilder()
                      .setClientId(config.clientId())
                      .setResume(session)
                      .setHost(config.host())
                      .setProcess(config.process())
                      .addAllClaims(claims.subList(from, to))
                      .setPages(pages))
              .build());
    }
  }

  @Override
  public void onFailed(IOException cause) {
    lastFailure = cause;
    if (cause instanceof LeatException && !ready.isDone() && addressesTried()) {
      ready.completeExceptionally(cause);
    }
    reconnectLater();
  }

  private boolean addressesTried() {
    return nextAddress >= config.addresses().size();
  }

  @Override
  public void onClosed(String reason) {
    if (phase != Phase.CLOSED) {
      unlink(reason);
      reconnectLater();
    }
  }

  private void unlink(String reason) {
    LOG.debug("{}: connection lost: {}", config.virtualServer(), reason);
    lastFailure = new IOException("connection lost: " + reason);
    link = null;
    probedMillis = NOT_PROBED;
    byCorrelation.clear();
    calls.forEach(Call::unsent);
    // Not claimed on the next connection, so the server takes it for given back.
    var unused = files.surplus(remembered.forgetAll());
  }

  private void reconnectLater() {
    reconnectIn(spread(reconnectMillis));
    reconnectMillis =
        Math.min(
            2 * reconnectMillis, session == 0 ? RECONNECT_MILLIS_MAX : RECONNECT_MILLIS_HELD_MAX);
  }

  /** Between half of it and all, as no two clients choose, so that they do not come at once. */
  private long spread(long millis) {
    long drawn = ((config.clientId().hashCode() + correlations) * SPREADING) >>> 1;
    return millis / 2 + drawn % (millis - millis / 2 + 1);
  }

  private void reconnectIn(long millis) {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.DISCONNECTED;
    environment.schedule(
        millis,
        () -> {
          if (phase == Phase.DISCONNECTED) {
            connect();
          }
        });
  }

  private void dropLink(String reason) {
    leaveLink(reason);
    reconnectLater();
  }

  private void leaveLink(String reason) {
    Link left = link;
    unlink(reason);
    left.close(reason);
  }

  @Override
  public void onMessage(Envelope message) {
    if (link == null || (message.getEpoch() < epoch && message.getEpoch() != 0)) {
      return; // an owner of the past (J1)
    }
    epoch = Math.max(epoch, message.getEpoch());
    heardMillis = environment.monotonicMillis();
    probedMillis = NOT_PROBED;
    if (message.hasEvent()) {
      onEvent(message.getEvent());
    } else if (phase == Phase.OPENING) {
      if (message.getCorrelation() == openCorrelation) {
        onSessionReply(message.getReply());
      }
    } else {
      Call call = byCorrelation.remove(message.getCorrelation());
      if (call != null) {
        call.unsent();
        onReply(call, message.getReply());
      }
    }
    forgetLost();
  }

  private void onEvent(Event event) {
    if (event.hasRevoke()) {
      boolean writer = files.revokesWriter(event.getRevoke());
      Claim back = files.revoked(event.getRevoke());
      release(List.of(back), writer ? gates.closeFile(back.getFileId()) : List.of());
    }
  }

  private void onReply(Call call, Reply reply) {
    if (!reply.hasError()) {
      complete(call, reply);
      return;
    }
    Error error = reply.getError();
    switch (error.getDisposition()) {
      case USER, FATAL, DISPOSITION_UNSPECIFIED, UNRECOGNIZED -> fail(call, failure(error));
      case RETRY -> environment.schedule(RETRY_MILLIS, () -> resend(call));
      case REDIRECT -> {
        redirected(error);
      }
      case INDETERMINATE -> dropLink(error.getMessage());
      case FENCED -> {
        dropLink(error.getMessage());
        sessionLost();
      }
    }
  }

  /**
   * Who refers to an owner may not know where it is, or not know yet that it is none any more: so
   * one redirection is followed at once, and others after the usual pause.
   */
  private void redirected(Error error) {
    String owner = error.getOwnerAddress();
    String reason = "redirected to " + owner;
    preferredAddress = owner.isEmpty() ? null : owner;
    if (owner.isEmpty() || followed) {
      dropLink(reason);
    } else {
      followed = true;
      leaveLink(reason);
      reconnectIn(0);
    }
  }

  private void resend(Call call) {
    if (calls.contains(call)) {
      sendIfReady(call);
    }
  }

  private static LeatException failure(Error error) {
    return new LeatException(ErrorCode.of(error.getCode()), error.getMessage());
  }

  // ---- session --------------------------------------------------------------------------------

  private void onSessionReply(Reply reply) {
    if (reply.hasError()) {
      onSessionRefused(reply.getError());
      return;
    }
    SessionOpened opened = reply.getSessionOpened();
    if (session != 0 && !opened.getResumed()) {
      sessionLost();
    }
    if (session != opened.getSession()) {
      session = opened.getSession();
      slots = new Slots(opened.getSlots());
    }
    volumes = List.copyOf(opened.getVolumesList());
    inlineBytesMax = Math.max(0, Math.min(opened.getInlineBytesMax(), Extent.INLINE_BYTES_MAX));
    flushProofBytesMax = Math.max(0, opened.getFlushProofBytesMax());
    rememberMillis = Math.max(0, opened.getRememberMillis());
    rangesMax = opened.getRangesMax();
    reconnectMillis = RECONNECT_MILLIS_MIN;
    followed = false;
    continueBehind(connectingTo);
    phase = Phase.READY;
    renewedMillis = openSentMonotonic;
    ready.complete(null);
    hold(openSentMonotonic, openSentWall, opened.getLeaseMillis());
    for (Call call : List.copyOf(calls)) {
      assignSlotAgain(call);
      sendIfReady(call);
    }
  }

  private void assignSlotAgain(Call call) {
    if (call.slot() == Call.NO_SLOT && !awaitingSlot.contains(call)) {
      assignSlot(call);
    }
  }

  private void onSessionRefused(Error error) {
    LeatException refusal = failure(error);
    lastFailure = refusal;
    switch (error.getDisposition()) {
      case USER, FATAL, DISPOSITION_UNSPECIFIED, UNRECOGNIZED -> {
        if (!ready.isDone() && addressesTried()) {
          ready.completeExceptionally(lastFailure);
        }
        dropLink(error.getMessage());
        if (refusal.code() == ErrorCode.VIRTUAL_SERVER_STOPPED) {
          outOfService(refusal);
        }
      }
      case REDIRECT -> {
        redirected(error);
      }
      case RETRY, INDETERMINATE, FENCED -> dropLink(error.getMessage());
    }
  }

  /**
   * Nothing that was cached is used any more, and nobody waits. The engine goes on asking, so later
   * calls succeed when it is served again.
   */
  private void outOfService(LeatException why) {
    if (session != 0) {
      sessionLost();
    }
    failAll(why);
  }

  /** Whoever waits for anything is told; they may call again at once. */
  private void failAll(IOException why) {
    List.copyOf(calls).forEach(call -> fail(call, why));
    List<Waiting> waiting = List.copyOf(awaitingLease);
    awaitingLease.clear();
    waiting.forEach(w -> w.valid().completeExceptionally(why));
  }

  /** What was cached is void; calls that may have taken effect cannot be repeated. */
  private void sessionLost() {
    LOG.warn("{}: session {} is lost; files are opened again", config.virtualServer(), session);
    files.fenced();
    closed.clear();
    long lostSession = session;
    session = 0;
    gates.closeAll();
    tellIfDrained(lostSession);
    lease = Lease.NONE;
    pool = new SpacePool();
    awaitingSlot.clear();
    slots = null;
    List<Call> lost = new ArrayList<>();
    for (Call call : calls) {
      if (call.givenUp() || (call.once() && call.sent() > 0)) {
        lost.add(call);
      } else {
        call.unassign();
        call.unsent();
      }
    }
    calls.removeAll(lost);
    // Last, because who is told may call again.
    for (Call call : lost) {
      call.result()
          .completeExceptionally(
              new LeatException(
                  ErrorCode.SESSION_UNKNOWN,
                  "The session of this client has expired, and it is not known whether "
                      + call.describe()
                      + " took effect: check, then repeat"));
    }
  }

  private void tick() {
    if (phase == Phase.CLOSED) {
      return;
    }
    long now = environment.monotonicMillis();
    if (!ready.isDone() && now - startedMillis > config.connectTimeoutMillis()) {
      ready.completeExceptionally(unreachable());
    }
    if (phase == Phase.READY && !renewing && now - renewedMillis >= renewalMillis()) {
      renew();
    }
    giveBack(remembered.forgetUnused(now));
    expire(now);
    requireAnswers(now);
    var unused = lookAtLease();
    environment.schedule(TICK_MILLIS, this::tick);
  }

  private long renewalMillis() {
    return remembering
        ? Math.min(lease.renewalMillis(), Lease.renewalMillis(rememberMillis))
        : lease.renewalMillis();
  }

  /** A connection that looks open and brings no answers is as good as lost. */
  private void requireAnswers(long now) {
    if (phase == Phase.OPENING && now - openSentMonotonic > config.connectTimeoutMillis()) {
      dropLink("no answer to the opening of the session");
    } else if (phase == Phase.READY
        && renewing
        && now - Math.max(renewedMillis, openSentMonotonic)
            > lease.lengthMillis() / LEASE_PARTS_UNANSWERED) {
      dropLink("no answer to a renewal of the lease");
    } else if (phase == Phase.OPENING || (phase == Phase.READY && !byCorrelation.isEmpty())) {
      requireLife(now);
    }
  }

  /**
   * A server that stands still keeps its connections, and clients do not know that another one has
   * taken over. A call may well wait long; so the server's process is asked.
   */
  private void requireLife(long now) {
    if (config.addresses().size() == 1) {
      return;
    }
    if (probedMillis == NOT_PROBED && now - heardMillis > SILENT_MILLIS) {
      probedMillis = now;
      link.send(
          Envelope.newBuilder()
              .setCorrelation(++correlations)
              .setRequest(
                  Request.newBuilder().setDescribeServer(DescribeServer.getDefaultInstance()))
              .build());
    } else if (probedMillis != NOT_PROBED && now - probedMillis > PROBE_MILLIS) {
      dropLink("the server gives no sign of life");
    }
  }

  private void expire(long now) {
    List<Waiting> waited =
        awaitingLease.stream().filter(waiting -> now > waiting.deadlineMillis()).toList();
    awaitingLease.removeAll(waited);
    waited.forEach(waiting -> waiting.valid().completeExceptionally(unreachable()));
    List<Call> late = new ArrayList<>();
    for (Call call : calls) {
      if (now > call.deadlineMillis() && !call.givenUp()) {
        late.add(call);
      }
    }
    for (Call call : late) {
      IOException failure =
          new InterruptedIOException(
              "No answer to %s from virtual server %s at %s within %d ms"
                  .formatted(
                      call.describe(),
                      config.virtualServer(),
                      config.addresses(),
                      config.callTimeoutMillis()));
      if (lastFailure != null) {
        failure.initCause(lastFailure);
      }
      giveUp(call, failure);
    }
  }

  /**
   * Gives a call up that its caller waits for no longer. One that has been sent and takes effect
   * once goes on without the caller: its slot is free when it has been answered. So does one that
   * is answered with tokens, which have to be given back.
   */
  private void giveUp(Call call, IOException failure) {
    if ((call.slot() != Call.NO_SLOT || call.isGranted()) && call.sent() > 0) {
      call.spare();
      call.result().completeExceptionally(failure);
    } else {
      fail(call, failure);
    }
  }

  private IOException unreachable() {
    return new IOException(
        "No metadata server answers at %s: %s. Is the cell running? Start it with 'leat start', or correct fs.leat.mds.addresses"
            .formatted(
                String.join(", ", config.addresses()),
                lastFailure == null ? "no connection yet" : lastFailure.getMessage()),
        lastFailure);
  }

  private IOException closedFailure() {
    return new IOException("The client of virtual server " + config.virtualServer() + " is closed");
  }

  /** True when no write that was ever granted to this client can be under way. */
  public boolean isDrained() {
    return gates.isEmpty();
  }

  // ---- end ------------------------------------------------------------------------------------

  /** Ends the session in order, as far as the connection allows; the future completes then. */
  public CompletableFuture<Void> close() {
    if (phase != Phase.READY) {
      closeNow();
      return CompletableFuture.completedFuture(null);
    }
    closing = true;
    files.fenced(); // the server frees at once what this client could read
    gates.closeAll();
    CloseSession.Builder close = CloseSession.newBuilder().setDrained(gates.isDrained(session));
    return call("", Request.newBuilder().setCloseSession(close))
        .handle(
            (reply, failure) -> {
              closeNow();
              return null;
            });
  }

  /** Ends everything at once; what is under way fails. */
  public void closeNow() {
    if (phase == Phase.CLOSED) {
      return;
    }
    phase = Phase.CLOSED;
    lease = Lease.NONE;
    files.fenced();
    gates.closeAll();
    if (session != 0) {
      tellIfDrained(session);
    }
    if (link != null) {
      link.close("the client is closed");
    }
    failAll(closedFailure());
    ready.completeExceptionally(closedFailure());
  }
}
