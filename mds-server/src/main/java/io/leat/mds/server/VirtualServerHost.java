package io.leat.mds.server;

import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.OwnershipConflictException;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.config.ConfigKey;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.journal.Bookmark;
import io.leat.mds.journal.CountedArea;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.LaneHolder;
import io.leat.mds.journal.LaneNotDrainedException;
import io.leat.mds.journal.Lanes;
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
import io.leat.volume.LockFiles;
import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.VolumeDescription;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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

  /** How long it may take until nobody reads the image any more. */
  private static final long IDLE_MILLIS_MAX = 30_000;

  private static final long IDLE_POLL_MILLIS = 20;

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

  /** Another number is another process; not drawn alike by copies of a machine. */
  private final long incarnation = new SecureRandom().nextLong();

  /** Null where hosts do not share the metadata area, as the holder. */
  private HostHome home;

  private LaneHolder holder;
  private CountedArea area;

  /** Hosts share the metadata area; any thread. */
  private volatile boolean shared;

  private int lane;

  /** Null before the storage is open, as what follows. */
  private volatile Candidacy candidacy;

  private volatile Handover handover;

  private CheckpointStore checkpoints;
  private Image image;
  private Volume volume;
  private TermStart start;
  private WarmImage warm;

  /** Null while there is none. */
  private volatile Recovery recovery;

  /** Null while there is none. */
  private volatile Term served;

  /** Null for direct volumes, which clients flush themselves. */
  private VolumeSync volumeSync;

  /** Null where there are no lock files beside the volume. */
  private FenceWatch fenceWatch;

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
    this.work = new TermLoop(time, () -> alone.getAsBoolean() && !shared);
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
    return candidacy == null ? Optional.empty() : candidacy.otherOwner();
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
    return candidacy == null ? List.of() : area.devices();
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
   * because to look at the epochs may take long, and others would wait for the event loop.
   */
  boolean unsettled() {
    return shared || work.unsettled();
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
    return image.snapshot();
  }

  /** A reader of epoch blocks for one thread, to check that {@code ofEpoch} is still the newest. */
  EpochBlocks epochBlocks(long ofEpoch) throws IOException {
    return EpochBlocks.following(area, lane, ofEpoch);
  }

  // ---- storage --------------------------------------------------------------------------------

  private void openStorage() throws IOException {
    try {
      volume = openVolume();
      volumeSync = storage.direct() ? null : VolumeSync.open(storage.volume());
      image = ImageStore.open(storage.image(), storage.imageBytes());
      holder = storage.metadata().device() ? laneHolder() : null;
      Registration registration =
          new Registration(coordination.virtualServers(), storage, Optional.ofNullable(holder));
      MetadataArea found = registration.openArea();
      area = new CountedArea(areas.apply(found));
      shared = area.isShared();
      requireFit();
      if (!shared) {
        lane = Lanes.acquire(area, config.name(), Lanes.Register.NONE);
      }
      requireDefined(found);
      Registration.reserve(
          coordination.virtualServers(), volume.uuid(), storage.volume(), storage.name());
      registration.register(found, config.name());
      checkpoints = new CheckpointStore(area);
      fenceWatch = fenceWatch();
      if (!shared) {
        takePart();
      }
    } catch (IOException | RuntimeException e) {
      closeStorage();
      throw e;
    }
  }

  private LaneHolder laneHolder() throws IOException {
    home =
        HostHome.open(
            config
                .home()
                .resolve("virtual-servers")
                .resolve(storage.name())
                .resolve("home-of-" + config.name()));
    return new LaneHolder(
        config.name(), home.id(), incarnation, () -> time.now().monotonicMillis());
  }

  /** Begins to stand by, in a lane that has been acquired. */
  private void takePart() throws IOException {
    start = termStart();
    warm = new WarmImage(start);
    candidacy = candidacy();
    handover =
        new Handover(storage.name(), config, coordination, candidacy, work, epoch::get, time);
    candidacy.start();
  }

  /** What hosts share they share past their page caches. */
  private void requireFit() throws IOException {
    if (shared && !storage.direct()) {
      throw new IOException(
          "the metadata of virtual server %s stands on %s, which hosts share, and its volume is read and written through this host's page cache; set %s to true"
              .formatted(storage.name(), area, ConfigKey.VS_VOLUME_DIRECT.of(storage.name())));
    }
    if (storage.imageBytes() > area.imageBytesMax()) {
      throw new IOException(
          "the image of virtual server %s may grow to %d bytes, and checkpoints on %s have room for %d; lower %s"
              .formatted(
                  storage.name(),
                  storage.imageBytes(),
                  area,
                  area.imageBytesMax(),
                  ConfigKey.VS_IMAGE_SIZE.of(storage.name())));
    }
  }

  /**
   * What the area says is the virtual server's volume is what has been found, and its level is
   * known here.
   */
  private void requireDefined(MetadataArea found) throws IOException {
    if (found.configurations().isEmpty() && !shared) {
      int newest = Levels.newestOf(coordination.membership().members());
      found.configure(VirtualServerDefinition.of(storage, newest, volume.uuid()).encode());
    }
    VirtualServerDefinition definition = VirtualServerDefinition.read(found);
    Levels.requireKnown(storage.name(), definition.level());
    level = definition.level();
    UUID defined = definition.volume();
    if (!defined.equals(volume.uuid())) {
      throw new IOException(
          "Volume %s is not the one of virtual server %s: %s has UUID %s instead of %s; configure the right path"
              .formatted(volume.name(), storage.name(), storage.volume(), volume.uuid(), defined));
    }
  }

  private Volume openVolume() throws IOException {
    UUID uuid = Volumes.identify(storage.volume(), storage.direct()).uuid();
    return Volumes.open(storage.volume(), uuid, storage.direct(), true);
  }

  /**
   * A device is not on a file system of its own, where a lock would say something; and what it says
   * on one host another does not hear.
   */
  private FenceWatch fenceWatch() throws IOException {
    if (shared || !Files.isRegularFile(storage.volume())) {
      return null;
    }
    LockFiles files = LockFiles.beside(storage.volume());
    try {
      files.makeDirectory();
      files.sweep(storage.name());
    } catch (IOException e) {
      LOG.warn(
          "{}: the directory of lock files beside volume {} is not as it should be; clients that can make none are kept from writing late by time alone",
          storage.name(),
          storage.volume(),
          e);
    }
    return new FenceWatch(storage.name(), files);
  }

  private TermStart termStart() throws IOException {
    return new TermStart(
        storage.name(),
        config.name(),
        area,
        lane,
        image,
        checkpoints,
        new TermStart.Checkpoints(config.checkpointJournalBytes(), true),
        HostBoot.id(),
        volume,
        System.getProperty("user.name"),
        config.superuserGroup().isEmpty() ? "supergroup" : config.superuserGroup(),
        time);
  }

  private Candidacy candidacy() {
    return new Candidacy(
        storage.name(),
        config.name(),
        coordination,
        area,
        lane,
        incarnation,
        config.detection(),
        peers,
        time,
        this::progress,
        this::batch,
        this::deposed);
  }

  /** While it takes over, the loop has no turns, and reads and writes. */
  private long progress() {
    return state() == State.TAKING ? area.operations() : work.turns() + standbyTurns.get();
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
        boolean failed = candidacy == null ? !awaitLane() : runTerm();
        endService();
        if (failed && !closed) {
          pause(pauseMillis);
          pauseMillis = Math.min(2 * pauseMillis, RESTART_MILLIS_MAX);
        }
      }
    } finally {
      resigned.countDown();
    }
  }

  /** Takes part as soon as the own lane may be written; returns whether nothing went wrong. */
  private boolean awaitLane() {
    try {
      lane =
          Lanes.acquire(
              area,
              config.name(),
              wanted ->
                  coordination
                      .virtualServers()
                      .reserveLane(area.identity().uuid().toString(), wanted, holder.name())
                      .equals(holder.name()));
      takePart();
      return true;
    } catch (LaneNotDrainedException e) {
      LOG.info("{}: {} stands by later: {}", storage.name(), config.name(), e.getMessage());
      pause(e.millis());
      return true;
    } catch (IOException | RuntimeException e) {
      failed(e);
      return false;
    }
  }

  private void endService() {
    epoch.set(0);
    takingEpoch = 0;
    handover().ifPresent(Handover::refuse);
    termEnded.accept(this);
    work.clear();
  }

  /** Stands by, and serves when it is this MDS's turn; returns whether that went wrong. */
  private boolean runTerm() {
    prepared = false;
    try {
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
      candidacy.is(State.STANDBY, 0);
      return false;
    } catch (NewerEpochException e) {
      candidacy.is(State.STANDBY, 0);
      if (otherOwner().isPresent()) {
        LOG.info("{}: not owned here any more: {}", storage.name(), e.getMessage());
        return false;
      }
      failed(e);
    } catch (CoordinationException e) {
      candidacy.is(State.STANDBY, 0);
      failed(e);
    } catch (IOException | RuntimeException e) {
      candidacy.is(State.FAILED, 0);
      failed(e);
    } catch (Error e) {
      closed = true;
      started.completeExceptionally(e);
      candidacy.is(State.FAILED, 0);
      LOG.error("{}: the loop has failed for good; restart the server", storage.name(), e);
    }
    return true;
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
    area.requireLane(lane);
    level = Levels.requireKnown(area); // it may have been raised since this process began
    Optional<OwnerRecord> owner = turn.expected();
    long next =
        1 + Math.max(owner.map(OwnerRecord::epoch).orElse(0L), new EpochBlocks(area).highest());
    candidacy.ownerIs(
        Optional.of(
            coordination.ownership().claim(storage.name(), config.name(), address, next, owner)));
    takingEpoch = next;
    return next;
  }

  private Settings settings(long ofEpoch) {
    VolumeDescription description =
        VolumeDescription.newBuilder()
            .setId(0)
            .setName(storage.volumeName())
            .setUuid(Genesis.bytes(volume.uuid()))
            .setBlocks(volume.blocks())
            .setDirect(storage.direct())
            .setPath(storage.volume().toAbsolutePath().toString())
            .setLockFiles(fenceWatch != null)
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
    if (volumeSync != null) {
      volumeSync.restart();
    }
    served = term;
    Thread syncs = background("leat-sync-", () -> syncVolume(term));
    Thread fences = background("leat-fences-", () -> watchFences(term));
    Thread devices = background("leat-devices-", () -> new Rejoin(area, term, work).run());
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
    if (volumeSync != null && volumeSync.sync(term.commits())) {
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
      while (volumeSync != null && !term.awaitEnd(config.volumeSyncMillis())) {
        long commits = term.commits();
        try {
          if (volumeSync.sync(commits)) {
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
      while (fenceWatch != null && !term.awaitEnd(FENCES_MILLIS)) {
        for (long session : fenceWatch.unlocked(term.fences())) {
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

  /** Queries and checks may still be reading it. */
  private void closeImage() throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS_MAX);
    boolean open = image != null;
    while (open) {
      try {
        image.close();
        open = false;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > end) {
          throw new IOException(image + " is still being read", e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(IDLE_POLL_MILLIS));
      }
    }
  }

  private void closeStorage() throws IOException {
    try (Closeable last = home;
        Closeable fifth = this::closeImage;
        Closeable fourth = area;
        Closeable third = candidacy;
        Closeable second = volumeSync;
        Closeable first = volume;
        Closeable before = warm) {
      LOG.debug(
          "closing {}, {}, {}, {}, {}, {}, {}", before, first, second, third, fourth, fifth, last);
    }
  }
}
