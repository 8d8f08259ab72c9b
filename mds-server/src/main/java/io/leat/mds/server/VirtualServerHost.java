package io.leat.mds.server;

import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.OwnershipConflictException;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.Bookmark;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.LaneNotDrainedException;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.server.Candidacy.Turn;
import io.leat.mds.server.MdsConfig.VirtualServerStorage;
import io.leat.mds.server.Term.Disconnect;
import io.leat.mds.server.Term.Execute;
import io.leat.mds.server.Term.Synced;
import io.leat.mds.server.Term.Unlocked;
import io.leat.mds.server.Term.Work;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.LaneDescription;
import io.leat.wire.proto.VolumeDescription;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one virtual server on this MDS: its storage, its queue and the thread that is its loop.
 * While another MDS owns the virtual server it stands by.
 *
 * <p>A term that fails (a journal that cannot be written, a newer owner) is followed by an attempt
 * to begin another under a new epoch; connections are closed in between, so that clients take their
 * sessions up again and resend what was not answered.
 */
final class VirtualServerHost implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(VirtualServerHost.class);

  /** How often the lock files of sessions that are over are looked at. */
  private static final long FENCES_MILLIS = 500;

  /** Pause before a failed term is followed by another, doubled up to the maximum. */
  private static final long RESTART_MILLIS_MIN = 100;

  private static final long RESTART_MILLIS_MAX = 10_000;

  /** How often the owner record is looked at while this does not take part yet. */
  private static final long LANE_LOOK_MILLIS = 1_000;

  private final MdsConfig config;
  private final VirtualServerStorage storage;
  private final Coordination coordination;
  private final Peers peers;
  private final UnaryOperator<MetadataArea> areas;
  private final TimeSource time = TimeSource.system();
  private final TermLoop work;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch resigned = new CountDownLatch(1);
  private final Consumer<VirtualServerHost> termEnded;
  private final Thread loop;

  private HostStorage parts;

  /** Null before this takes part, as what follows. */
  private volatile Candidacy candidacy;

  private volatile Handover handover;

  /** Who owned it, before this takes part. */
  private volatile Optional<OwnerRecord> seenOwner = Optional.empty();

  /** What was written to the own lane before this process may still land. */
  private volatile boolean laneAwaited;

  private TermStart start;
  private WarmImage warm;

  /** Null while there is none. */
  private volatile Recovery recovery;

  /** Null while there is none, as what follows. */
  private volatile Term served;

  private volatile Rejoin rejoin;

  private String address;
  private volatile int level;
  private final AtomicLong epoch = new AtomicLong();

  /** Of the term that is about to begin or has begun; 0 otherwise. */
  private volatile long takingEpoch;

  /** The loop's: what a takeover needs was made while another one served. */
  private boolean prepared;

  /** The loop's: until another attempt after one that has failed; begins anew with each term. */
  private long pauseMillis = RESTART_MILLIS_MIN;

  private volatile boolean closed;

  /** Grows while another one serves, and this one could take over; any thread. */
  private final AtomicLong standbyTurns = new AtomicLong();

  /**
   * @param peers the other servers of the cell
   * @param areas given the metadata area as it was opened, returns the one to use
   * @param termEnded told when connections of this virtual server have to be closed
   * @param alone whether no other virtual server is served here; any thread
   */
  VirtualServerHost(
      MdsConfig config,
      VirtualServerStorage storage,
      Coordination coordination,
      Peers peers,
      UnaryOperator<MetadataArea> areas,
      Consumer<VirtualServerHost> termEnded,
      BooleanSupplier alone) {
    this.config = config;
    this.storage = storage;
    this.coordination = coordination;
    this.peers = peers;
    this.areas = areas;
    this.termEnded = termEnded;
    this.work = new TermLoop(time, () -> alone.getAsBoolean() && !isShared());
    this.loop = new Thread(this::runTerms, "leat-vs-" + storage.name());
  }

  /** Opens the storage, and begins to look whether to serve. */
  void start(String serviceAddress) throws IOException {
    address = serviceAddress;
    openStorage();
    loop.start();
  }

  /** As the other; nobody waits for it, and what fails is tried again. */
  void startUnattended(String serviceAddress) throws IOException {
    started.complete(null);
    start(serviceAddress);
  }

  /** Returns when requests are answered, here or by another owner. */
  void awaitStarted() throws IOException {
    try {
      started.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw new IOException(
          "Virtual server %s cannot start: %s".formatted(storage.name(), e.getCause().getMessage()),
          e.getCause());
    }
  }

  String name() {
    return storage.name();
  }

  /** How it stands to the virtual server; any thread. */
  State state() {
    return candidacy == null ? State.STANDBY : candidacy.state();
  }

  /** Which phase of a recovery it is in, before it serves; empty otherwise; any thread. */
  Optional<RecoveryPhase> recovering() {
    return Optional.ofNullable(recovery).map(Recovery::phase);
  }

  /** The owner, if it is another MDS, as far as is known here; any thread. */
  Optional<OwnerRecord> otherOwner() {
    return candidacy == null
        ? seenOwner.filter(record -> !record.owner().equals(config.name()))
        : candidacy.otherOwner();
  }

  /** Whether hosts share its metadata area, so that to look at the epochs may take long. */
  boolean isShared() {
    return storage.metadata().device();
  }

  /** Whether its lane may not be written yet; any thread. */
  boolean awaitsLane() {
    return candidacy == null && laneAwaited;
  }

  /** Its change to another owner; empty before the storage is open. */
  Optional<Handover> handover() {
    return Optional.ofNullable(handover);
  }

  /** How all candidates stand, as far as is seen here; any thread. */
  List<CandidateDescription> candidates() {
    return candidacy == null ? List.of() : candidacy.candidates();
  }

  /** The devices of the metadata area; empty before the storage is open; any thread. */
  List<DeviceState> devices() {
    return candidacy == null ? List.of() : parts.area().devices();
  }

  /**
   * Lets an empty directory take the place of a lost metadata device, and begins to bring it up to
   * date; any thread.
   *
   * @param device its path
   * @throws IOException as {@link MetadataArea#replaceDevice}, and when this is not the owner
   */
  void replaceDevice(String device) throws IOException {
    Rejoin returning = rejoin;
    if (returning == null) {
      throw notOwner();
    }
    parts.area().replaceDevice(device, VirtualServerDefinition.read(parts.area()).encode());
    returning.hurry();
  }

  /**
   * Whose each lane is, for the owner; any thread.
   *
   * @param free one that is to be nobody's from now on, as {@link LaneAdministration#free}
   */
  List<LaneDescription> lanes(OptionalInt free) throws IOException {
    long serving = epoch.get();
    if (serving == 0) {
      throw notOwner();
    }
    LaneAdministration lanes =
        new LaneAdministration(storage.name(), config.name(), parts, candidacy, coordination);
    if (free.isPresent()) {
      lanes.free(free.getAsInt(), serving);
    }
    return lanes.describe();
  }

  private IOException notOwner() {
    return new IOException(storage.name() + " is not served here just now; ask its owner");
  }

  /** Of what stands on its storage; 0 before that is open; any thread. */
  int level() {
    return level;
  }

  /** The epoch of the present term; 0 while there is none. */
  long epoch() {
    return epoch.get();
  }

  /**
   * The epoch of the term in which a submitted request will be carried out: the present one, or the
   * one that is about to begin; 0 for none.
   */
  long acceptingEpoch() {
    long serving = epoch.get();
    return serving != 0 ? serving : takingEpoch;
  }

  /** Puts a request into the queue; {@link #attend} or {@link #wake} has to follow. */
  void submit(Inbound inbound) throws LeatException {
    long accepting = acceptingEpoch();
    if (accepting == 0) {
      throw new LeatException(
          ErrorCode.OVERLOADED, "Virtual server " + storage.name() + " is starting; try again");
    }
    if (!work.offer(accepting, new Execute(inbound))) {
      throw new LeatException(
          ErrorCode.OVERLOADED, "Virtual server " + storage.name() + " has too many requests");
    }
  }

  /** Sees to it that what was submitted is run, here if that is quicker. */
  void attend() {
    work.attend();
  }

  /**
   * Whether a query has to be submitted: because a snapshot may be behind what was answered, or
   * because others would wait for the event loop.
   */
  boolean unsettled() {
    return isShared() || work.unsettled();
  }

  /** Lets the loop's thread run what was submitted. */
  void wake() {
    work.wake();
  }

  /**
   * Tells the loop that a connection is gone; waits for room, because it must not be lost, unless
   * the term is over that it was known to.
   */
  void disconnected(Peer peer) {
    try {
      long served = acceptingEpoch();
      while (served != 0
          && served == acceptingEpoch()
          && !work.offerAndWake(served, new Disconnect(peer))) {
        LOG.debug("{}: the queue is full", storage.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last committed state; the caller closes it. */
  ImageSnapshot snapshot() {
    return parts.image().snapshot();
  }

  /** A reader of epoch blocks for one thread, to check that {@code ofEpoch} is still the newest. */
  EpochBlocks epochBlocks(long ofEpoch) throws IOException {
    return EpochBlocks.following(parts.area(), parts.lane(), ofEpoch);
  }

  // ---- storage --------------------------------------------------------------------------------

  private void openStorage() throws IOException {
    try {
      parts = HostStorage.open(config, storage, coordination, areas, time);
      level = parts.level();
      if (!isShared()) {
        takePart();
      }
    } catch (IOException | RuntimeException e) {
      closeStorage();
      throw e;
    }
  }

  /** Begins to stand by, in a lane that has been acquired. */
  private void takePart() throws IOException {
    start = termStart();
    warm = new WarmImage(start);
    Candidacy taking = candidacy();
    handover = new Handover(storage.name(), config, coordination, taking, work, epoch::get, time);
    candidacy = taking;
    taking.start();
  }

  private TermStart termStart() throws IOException {
    return new TermStart(
        storage.name(),
        config.name(),
        parts.area(),
        parts.lane(),
        parts.image(),
        parts.checkpoints(),
        new TermStart.Checkpoints(config.checkpointJournalBytes(), true),
        HostBoot.id(),
        parts.volume(),
        System.getProperty("user.name"),
        config.superuserGroup().isEmpty() ? "supergroup" : config.superuserGroup(),
        time);
  }

  private Candidacy candidacy() {
    return new Candidacy(
        storage.name(),
        config.name(),
        coordination,
        parts.area(),
        parts.lane(),
        parts.incarnation(),
        config.detection(),
        peers,
        time,
        this::progress,
        this::batch,
        this::deposed);
  }

  /** While it takes over, the loop has no turns, and reads and writes. */
  private long progress() {
    return state() == State.TAKING ? parts.area().operations() : work.turns() + standbyTurns.get();
  }

  private long batch() {
    Term serving = served;
    return serving == null ? warm.batch() : serving.batch();
  }

  /** Another one owns it now: clients are sent there, whatever the loop is still at. */
  private void deposed(long ofEpoch) {
    if (epoch.compareAndSet(ofEpoch, 0)) {
      takingEpoch = 0;
      work.depose(ofEpoch);
      termEnded.accept(this);
    }
  }

  // ---- terms ----------------------------------------------------------------------------------

  private void runTerms() {
    try {
      while (!closed) {
        boolean failed = runTerm();
        if (candidacy != null) {
          endService();
        }
        if (failed && !closed) {
          pause(pauseMillis);
          pauseMillis = Math.min(2 * pauseMillis, RESTART_MILLIS_MAX);
        }
      }
    } finally {
      resigned.countDown();
    }
  }

  /** Takes part as soon as the own lane may be written. */
  private void awaitLane() throws IOException {
    try {
      parts.acquireLane();
      takePart();
    } catch (LaneNotDrainedException e) {
      if (!laneAwaited) {
        laneAwaited = true;
        LOG.info("{}: {} stands by later: {}", storage.name(), config.name(), e.getMessage());
      }
      seenOwner = coordination.ownership().read(storage.name());
      if (otherOwner().isPresent()) {
        started.complete(null);
      }
      pause(Math.min(e.millis(), LANE_LOOK_MILLIS));
    }
  }

  private void endService() {
    epoch.set(0);
    takingEpoch = 0;
    handover.refuse();
    termEnded.accept(this);
    work.clear();
  }

  /** Stands by, and serves when it is this MDS's turn; returns whether that went wrong. */
  private boolean runTerm() {
    prepared = false;
    try {
      if (candidacy == null) {
        awaitLane();
        return false;
      }
      Optional<Turn> turn = candidacy.awaitTurn(this::standBy);
      if (turn.isPresent()) {
        try (Term term = takeOver(turn.get())) {
          started.complete(null);
          serve(term);
        }
      }
      return false;
    } catch (OwnershipConflictException e) {
      LOG.info("{}: another one was quicker: {}", storage.name(), e.getMessage());
      is(State.STANDBY);
      return false;
    } catch (NewerEpochException e) {
      is(State.STANDBY);
      if (otherOwner().isPresent()) {
        LOG.info("{}: not owned here any more: {}", storage.name(), e.getMessage());
        return false;
      }
      failed(e);
    } catch (LaneNotDrainedException e) {
      is(State.FAILED);
      LOG.warn("{}: others go first: {}", storage.name(), e.getMessage());
      pause(e.millis());
      return false;
    } catch (CoordinationException e) {
      is(State.STANDBY);
      failed(e);
    } catch (IOException | RuntimeException e) {
      is(State.FAILED);
      failed(e);
    } catch (Error e) {
      closed = true;
      started.completeExceptionally(e);
      is(State.FAILED);
      LOG.error("{}: the loop has failed for good; restart the server", storage.name(), e);
    }
    return true;
  }

  /** Says how it stands without a term, to those who see it as a candidate. */
  private void is(State state) {
    if (candidacy != null) {
      candidacy.is(state, 0);
    }
  }

  /** Another one serves. */
  private void standBy() {
    started.complete(null);
    try {
      if (!prepared) {
        prepared = true;
        start.prepare();
      }
      warm.follow(candidacy.ownersBatch());
      if (coordination.connectionState() == ConnectionState.CONNECTED) {
        standbyTurns.incrementAndGet();
      }
    } catch (IOException | RuntimeException e) {
      LOG.info("{}: a takeover would take longer: {}", storage.name(), e.getMessage(), e);
    }
  }

  private void failed(Exception e) {
    long served = epoch.get();
    if (started.completeExceptionally(e)) {
      closed = true;
    } else if (served != 0) {
      LOG.error(
          "{}: the term of epoch {} has ended; trying again in {} ms",
          storage.name(),
          served,
          pauseMillis,
          e);
    } else {
      LOG.error("{}: no term could begin; trying again in {} ms", storage.name(), pauseMillis, e);
    }
  }

  private Term takeOver(Turn turn) throws IOException {
    candidacy.is(State.TAKING, 0);
    Term term = recover(turn);
    epoch.set(term.epoch());
    candidacy.is(State.SERVING, term.epoch());
    pauseMillis = RESTART_MILLIS_MIN;
    LOG.info("{}: serving under epoch {}", storage.name(), term.epoch());
    return term;
  }

  private Term recover(Turn turn) throws IOException {
    Optional<Bookmark> known = warm.place();
    warm.close();
    try (Recovery way = new Recovery(start, () -> elect(turn), this::settings, known)) {
      recovery = way;
      return way.run();
    } finally {
      recovery = null;
    }
  }

  private long elect(Turn turn) throws IOException {
    parts.area().requireLane(parts.lane());
    level = Levels.requireKnown(parts.area()); // it may have been raised since this process began
    Optional<OwnerRecord> owner = turn.expected();
    long next =
        1
            + Math.max(
                owner.map(OwnerRecord::epoch).orElse(0L), new EpochBlocks(parts.area()).highest());
    candidacy.wasMadeOwner(
        coordination.ownership().claim(storage.name(), config.name(), address, next, owner));
    takingEpoch = next;
    return next;
  }

  private Settings settings(long ofEpoch) {
    VolumeDescription description =
        VolumeDescription.newBuilder()
            .setId(0)
            .setName(storage.volumeName())
            .setUuid(Genesis.bytes(parts.volume().uuid()))
            .setBlocks(parts.volume().blocks())
            .setDirect(storage.direct())
            .setPath(storage.volume().toAbsolutePath().toString())
            .setLockFiles(parts.fences() != null)
            .build();
    return new Settings(
        storage.name(),
        config.name(),
        address,
        ofEpoch,
        config.leaseMillis(),
        config.replySlots(),
        config.inlineBytesMax(),
        List.of(description));
  }

  private void serve(Term term) throws IOException {
    if (parts.volumeSync() != null) {
      parts.volumeSync().restart();
    }
    served = term;
    Rejoin returning = new Rejoin(parts.area(), term, work);
    rejoin = returning;
    Thread syncs = background("leat-sync-", () -> syncVolume(term));
    Thread fences = background("leat-fences-", () -> watchFences(term));
    Thread devices = background("leat-devices-", returning::run);
    boolean over = false;
    try {
      do {
        work.serve(term);
        term.settle();
        over = handover.happened();
      } while (!over && !closed);
      term.end();
      resign();
    } finally {
      served = null;
      rejoin = null;
      term.end();
      join(syncs);
      join(fences);
      join(devices);
    }
    if (!over) {
      noteSynced(term);
      term.finish();
    }
  }

  /**
   * Everything that was answered is in the journal: another candidate may take over, while this
   * process still has things to put in order.
   */
  private void resign() {
    candidacy.is(closed ? State.STOPPED : State.STANDBY, 0);
    endService();
    if (closed) {
      resigned.countDown();
    }
  }

  /**
   * So that nothing is refused after a crash of the host, if nobody else has taken over by then.
   */
  private void noteSynced(Term term) throws IOException {
    if (parts.volumeSync() != null && parts.volumeSync().sync(term.commits())) {
      try {
        boolean unused = term.run(new ArrayList<>(List.of(new Synced(term.commits()))), true);
      } catch (NewerEpochException e) {
        LOG.info("{}: another one has taken over already: {}", storage.name(), e.getMessage());
      }
    }
  }

  private Thread background(String prefix, Runnable task) {
    Thread thread = new Thread(task, prefix + storage.name());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Flushes a buffered volume now and then, and tells the loop how far (D1). */
  private void syncVolume(Term term) {
    try {
      while (parts.volumeSync() != null && !term.awaitEnd(config.volumeSyncMillis())) {
        long commits = term.commits();
        try {
          if (parts.volumeSync().sync(commits)) {
            tell(term, new Synced(commits));
          }
        } catch (IOException e) {
          LOG.error("{}: volume {} cannot be flushed", storage.name(), storage.volume(), e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the loop which sessions that are over hold no lock file any more. */
  private void watchFences(Term term) {
    try {
      while (parts.fences() != null && !term.awaitEnd(FENCES_MILLIS)) {
        for (long session : parts.fences().unlocked(term.fences())) {
          tell(term, new Unlocked(session));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for room in the queue, but not when the loop takes nothing out of it any more. */
  private void tell(Term term, Work news) throws InterruptedException {
    while (!term.hasEnded() && !work.offerAndWake(term.epoch(), news)) {
      LOG.debug("{}: the queue is full", storage.name());
    }
  }

  private static void join(Thread thread) throws IOException {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + thread.getName() + " ended", e);
    }
  }

  private void pause(long millis) {
    try {
      if (stop.await(millis, TimeUnit.MILLISECONDS)) {
        LOG.debug("{}: stopping", storage.name());
      }
    } catch (InterruptedException e) {
      LOG.error("The loop of virtual server {} was interrupted and ends", storage.name(), e);
      closed = true;
    }
  }

  // ---- end ------------------------------------------------------------------------------------

  /** Begins to stop; another candidate may take over soon. */
  void leave() {
    closed = true;
    if (candidacy != null) {
      candidacy.leave();
    }
    work.stop();
    stop.countDown();
    started.complete(null); // nobody has to wait any more
    if (!loop.isAlive()) {
      resigned.countDown();
    }
  }

  /** After {@link #leave}: waits until no request is answered any more. */
  void awaitResigned() throws IOException {
    try {
      resigned.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while virtual server " + name() + " resigned", e);
    }
  }

  @Override
  public void close() throws IOException {
    leave();
    join(loop);
    closeStorage();
  }

  private void closeStorage() throws IOException {
    try (Closeable third = parts;
        Closeable second = candidacy;
        Closeable first = warm) {
      LOG.debug("closing {}, {}, {}", first, second, third);
    }
  }
}
