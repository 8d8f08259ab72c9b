package io.leat.mds.sim;

import io.leat.coordination.ConnectionState;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.MemoryCoordination;
import io.leat.coordination.OwnerRecord;
import io.leat.mds.check.CheckReport;
import io.leat.mds.check.ImageChecker;
import io.leat.mds.checkpoint.CheckpointStore;
import io.leat.mds.core.Fence;
import io.leat.mds.core.Inbound;
import io.leat.mds.core.Peer;
import io.leat.mds.core.Settings;
import io.leat.mds.core.Time;
import io.leat.mds.image.Image;
import io.leat.mds.image.ImageHash;
import io.leat.mds.image.ImageSnapshot;
import io.leat.mds.image.MemoryImage;
import io.leat.mds.image.WriteBehindImage;
import io.leat.mds.journal.DeviceState;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.LaneNotDrainedException;
import io.leat.mds.journal.Lanes;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.journal.Mailboxes;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.namespace.Caller;
import io.leat.mds.namespace.Keys;
import io.leat.mds.namespace.Namespace;
import io.leat.mds.operation.Queries;
import io.leat.mds.operation.Query;
import io.leat.mds.operation.Replies;
import io.leat.mds.server.Recovery;
import io.leat.mds.server.Recovery.Election;
import io.leat.mds.server.RecoveryPhase;
import io.leat.mds.server.Rejoin;
import io.leat.mds.server.Term;
import io.leat.mds.server.Term.Disconnect;
import io.leat.mds.server.Term.Execute;
import io.leat.mds.server.Term.Renew;
import io.leat.mds.server.Term.Synced;
import io.leat.mds.server.Term.Unlocked;
import io.leat.mds.server.Term.Work;
import io.leat.mds.server.TermStart;
import io.leat.mds.server.TermStart.Checkpoints;
import io.leat.mds.server.WarmImage;
import io.leat.mds.takeover.Candidate;
import io.leat.mds.takeover.Detection;
import io.leat.model.ErrorCode;
import io.leat.model.LeatException;
import io.leat.volume.Volume;
import io.leat.wire.proto.Envelope;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.VolumeDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A metadata server: its processes, and what survives their deaths. Terms are those of production,
 * and so is the candidate that decides when they begin; the loop around both is this one, on
 * virtual time.
 */
final class SimServer {

  static final String NAME = "sim";
  static final String SUPERUSER = "root";

  /** From a look at the name service to a claim there at most. */
  private static final int CLAIMING_MILLIS_MAX = 30;

  /** From a claim at the name service to the claim on the storage at most. */
  private static final int TAKING_MILLIS_MAX = 200;

  /** From one phase of a recovery to the next at most. */
  private static final int PHASE_MILLIS_MAX = 30;

  private static final long TICK_MILLIS = 100;
  private static final long RESTART_MILLIS = 100;
  private static final int DEATH_MILLIS_MAX = 3_000;
  private static final int BATCH_MAX = 16;
  private static final int UNSETTLED_BEFORE_MAX = 10;
  private static final long WALL_MILLIS = 1_700_000_000_000L;

  /** How far the wall clock may be beside the true time. */
  static final int JUMP_MILLIS_MAX = 10_000;

  /** One restart in so many compares the warm image with one replayed from the start (S2). */
  private static final int COMPARES_ONE_IN = 6;

  private final World world;
  private final String name;
  private final SimServers servers;
  private final MemoryCoordination names;
  private final JournalStorage storage;
  private final Volume volume;

  /** Null where clients flush the volume themselves. */
  private final SimVolumeSync volumeSync;

  private final RandomGenerator random;
  private final List<Work> queue = new ArrayList<>();

  /** The image's files: they outlive the process, unless they are lost with it. */
  private MemoryImage files = new MemoryImage();

  private UnaryOperator<Image> imageSeam = UnaryOperator.identity();
  private UnaryOperator<Image> filesSeam = UnaryOperator.identity();
  private Runnable termEnded = () -> {};
  private Runnable hostDied = () -> {};

  /** What is to happen when clients have answers that the journal does not have; null: nothing. */
  private Runnable whenUnsettled;

  /** How often they have to have some before. */
  private int unsettledBefore;

  private MetadataArea area;
  private int lane;
  private Candidate candidate;
  private Mailboxes mailboxes;
  private boolean prepared;
  private WarmImage warm;
  private Image image;

  /** Null while there is none. */
  private Recovery recovery;

  private Term term;
  private EpochBlocks epochBlocks;
  private long epoch;

  /** When the term began. */
  private long begunMillis;

  private long incarnation;
  private boolean alive;
  private boolean scheduled;

  /** When the loop runs next, while it is scheduled. */
  private long wakeMillis;

  /** How often it was scheduled; only the last one counts. */
  private long wakes;

  /** Batches that the loop has run, and looks behind another owner. */
  private long turns;

  private boolean more;

  /** The loop rests, because another server is to be the owner. */
  private boolean handingOver;

  private long nextTick;
  private long pausedUntil;

  /** Until when nothing of the process runs. */
  private long asleepUntil;

  /** What reached the process while it was asleep. */
  private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();

  private long wallOffset = WALL_MILLIS;

  SimServer(
      World world,
      String name,
      SimServers servers,
      MemoryCoordination names,
      JournalStorage storage,
      SimVolume volume) {
    this.world = world;
    this.name = name;
    this.servers = servers;
    this.names = names;
    this.storage = storage;
    this.volume = volume.serverView();
    this.random = world.newRandom();
    this.volumeSync = world.profile.direct() ? null : new SimVolumeSync(world, volume);
  }

  /**
   * @param ended called when all connections have to be closed
   * @param power called when the host dies
   */
  void start(Runnable ended, Runnable power) {
    termEnded = ended;
    hostDied = power;
    world.plant.ifPresent(plant -> imageSeam = plant::image);
    world.plant.ifPresent(plant -> filesSeam = plant::files);
    image = newImage();
    boot();
  }

  boolean isUp() {
    return alive;
  }

  /** Where clients reach it. */
  String address() {
    return name + ":1";
  }

  String name() {
    return name;
  }

  /** Cut off from the name service, or not any more. */
  MemoryCoordination names() {
    return names;
  }

  /** Whether a term of it is under way. */
  boolean serves() {
    return term != null;
  }

  /** Grows with every process. */
  long incarnation() {
    return incarnation;
  }

  // ---- messages -------------------------------------------------------------------------------

  void receive(Peer peer, Envelope sent) {
    if (asleep()) {
      deferred.add(() -> take(peer, sent));
      return;
    }
    wakeUp();
    take(peer, sent);
  }

  private void take(Peer peer, Envelope sent) {
    Envelope message = world.plant.map(plant -> plant.message(sent)).orElse(sent);
    if (message.getVirtualServer().isEmpty()) {
      peer.send(reply(message, 0, Reply.getDefaultInstance())); // that the process lives
      return;
    }
    if (term == null && !(isTaking() && message.getRequest().hasOpenSession())) {
      peer.send(reply(message, 0, absent()));
      return;
    }
    Caller caller = caller(message.getRequest().getUser());
    Optional<Query> query = Queries.of(message.getRequest());
    boolean ignored = isPlanted(Plants.EARLY_UNSEEN);
    if (query.isPresent() && term != null && (ignored || !term.unsettled())) {
      answer(peer, message, query.get(), caller);
    } else {
      queue.add(new Execute(new Inbound(peer, message, caller)));
      wake(random.nextInt(3));
    }
  }

  private Reply absent() {
    Optional<OwnerRecord> owner = candidate.otherOwner();
    if (owner.isPresent()) {
      world.met(Met.REDIRECTED);
      return Replies.redirect("owned by another", owner.get().address());
    }
    return Replies.error(new LeatException(ErrorCode.OVERLOADED, "starting; try again"));
  }

  private static Caller caller(String user) {
    return new Caller(user, Set.of(), user.equals(SUPERUSER));
  }

  void disconnected(Peer peer) {
    if (asleep()) {
      deferred.add(() -> forget(peer));
      return;
    }
    wakeUp();
    forget(peer);
  }

  private void forget(Peer peer) {
    queue.add(new Disconnect(peer));
    wake(0);
  }

  private void answer(Peer peer, Envelope message, Query query, Caller caller) {
    Reply reply = execute(query, caller);
    try {
      if (epochBlocks.newest(epoch)) {
        peer.send(reply(message, epoch, reply));
        return;
      }
    } catch (IOException e) {
      storage.requireInjected(e);
    }
    peer.close("the epoch cannot be checked");
  }

  private Reply execute(Query query, Caller caller) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      return query.execute(new Namespace(snapshot), caller);
    } catch (LeatException e) {
      return Replies.error(e);
    }
  }

  private boolean isPlanted(Plants plant) {
    return world.plant.filter(planted -> planted == plant).isPresent();
  }

  static Envelope reply(Envelope request, long ofEpoch, Reply reply) {
    return Envelope.newBuilder()
        .setCorrelation(request.getCorrelation())
        .setVirtualServer(NAME)
        .setEpoch(ofEpoch)
        .setSession(request.getSession())
        .setReply(reply)
        .build();
  }

  // ---- loop -----------------------------------------------------------------------------------

  /** Runs the loop after a while, unless it runs before that anyhow. */
  private void wake(long delayMillis) {
    long at = Math.max(world.time.now() + delayMillis, Math.max(pausedUntil, asleepUntil));
    if (!scheduled || at < wakeMillis) {
      scheduled = true;
      wakeMillis = at;
      long mine = ++wakes;
      world.time.schedule(
          at - world.time.now(),
          () -> {
            if (scheduled && mine == wakes) {
              scheduled = false;
              loop();
            }
          });
    }
  }

  private void loop() {
    if (term == null || handingOver) {
      return;
    }
    if (asleep()) {
      wake(0);
      return;
    }
    long now = world.time.now();
    boolean tick = more || now >= nextTick;
    if (tick) {
      nextTick = now + TICK_MILLIS;
    }
    int size = Math.min(queue.size(), 1 + random.nextInt(BATCH_MAX));
    List<Work> batch = new ArrayList<>(queue.subList(0, size));
    queue.subList(0, size).clear();
    try {
      more = term.run(batch, tick);
      turns++;
      if (tick) {
        storage.repair();
        rejoin();
      }
      if (whenUnsettled != null && term.unsettled() && unsettledBefore-- == 0) {
        dieSoon();
      }
      lookAtFences();
      queue.addAll(0, batch);
      noteSynced();
      wake(more || !queue.isEmpty() ? 0 : nextTick - now);
    } catch (IOException e) {
      termFailed(e);
    } catch (RuntimeException e) {
      world.judge.violated("server", "the state machine failed: " + e);
    }
  }

  /** What production does on a thread of its own, and not so often. */
  private void rejoin() throws IOException {
    if (area.devices().stream().allMatch(DeviceState::isSound)) {
      return;
    }
    world.met(Met.DEVICE_LEFT_OUT);
    if (isPlanted(Plants.BACK_AT_ONCE)) {
      boolean unused = area.admit() && area.admitted();
    } else if (Rejoin.attempt(area, term, this::renew)) {
      world.met(Met.DEVICE_REJOINED);
    }
  }

  private void renew() throws IOException {
    CompletableFuture<Void> renewed = new CompletableFuture<>();
    boolean unused = term.run(new ArrayList<>(List.of(new Renew(renewed))), false);
    if (!renewed.isDone()) {
      throw new IllegalStateException("no segment was begun");
    }
  }

  private void termFailed(IOException e) {
    world.note(this.toString(), "term ended", e.getMessage());
    if (e instanceof NewerEpochException && servers.claimed() > epoch) {
      standDown();
    } else if (storage.crashed()) {
      die(true, true);
    } else {
      endTerm(e);
    }
  }

  /** What production's watch of the lock files does now and then. */
  private void lookAtFences() {
    for (Fence fence : term.fences()) {
      boolean ignored = isPlanted(Plants.FENCE_IGNORED);
      if ((ignored || !world.isLocked(fence.session())) && random.nextInt(4) == 0) {
        queue.add(new Unlocked(fence.session()));
      }
    }
  }

  /** It has found out that it is not the owner any more. */
  private void standDown() {
    world.met(Met.OWNER_SUPERSEDED);
    endTerm(State.STANDBY);
  }

  private void endTerm(IOException why) {
    storage.requireInjected(why);
    endTerm(State.FAILED);
    storage.attended();
  }

  private void endTerm(State then) {
    closeTerm();
    endService(then);
  }

  private void endService(State then) {
    queue.clear();
    termEnded.run();
    candidate.is(then, 0);
    prepared = false;
  }

  private void closeTerm() {
    try {
      term.close();
    } catch (IOException e) {
      storage.requireInjected(e);
    }
    term = null;
    handingOver = false;
  }

  /** The process is over. */
  private void end() {
    if (recovery != null) {
      world.met(Met.diedBefore(recovery.phase()));
      endRecovery();
    }
    incarnation++;
    alive = false;
    scheduled = false;
    term = null;
    handingOver = false;
    queue.clear();
    deferred.clear();
    asleepUntil = 0;
    closeArea();
  }

  private void closeArea() {
    if (area != null) {
      try {
        area.close();
      } catch (IOException e) {
        throw new UncheckedIOException("an area in memory failed", e);
      }
      area = null;
    }
  }

  private void bootedLater(long millis) {
    whileSame(millis, this::boot);
  }

  /** Does something later, unless the process has ended by then. */
  private void whileSame(long millis, Runnable task) {
    long ofIncarnation = incarnation;
    world.time.schedule(
        millis,
        () -> {
          if (ofIncarnation == incarnation) {
            task.run();
          }
        });
  }

  // ---- handing over ---------------------------------------------------------------------------

  /** Hands over to another server, if one is ready. */
  void handOver() {
    Optional<SimServer> to = servers.ready(candidate);
    if (term == null || handingOver || asleep() || to.isEmpty()) {
      return;
    }
    handingOver = true;
    Term ending = term;
    try {
      term.settle();
      whenAwake(
          random.nextInt(CLAIMING_MILLIS_MAX),
          () -> {
            if (term == ending) {
              nameOwner(to.get());
            }
          });
    } catch (IOException e) {
      termFailed(e);
    }
  }

  private void nameOwner(SimServer to) {
    try {
      OwnerRecord record =
          names.ownership().claim(NAME, to.name(), to.address(), epoch + 1, candidate.owner());
      candidate.ownerIs(Optional.of(record), world.time.now());
      world.met(Met.HANDED_OVER);
      endTerm(State.STANDBY);
    } catch (CoordinationException e) {
      world.note(this.toString(), "not handed over", e.getMessage());
      handingOver = false;
      wake(0);
    }
  }

  // ---- candidate ------------------------------------------------------------------------------

  /** A process starts. */
  private void boot() {
    try {
      area = area == null ? storage.process(name, incarnation) : area;
      boolean anyLane = isPlanted(Plants.LANE_SHARED) && !area.isShared();
      lane = anyLane ? 0 : Lanes.acquire(area, name, this::reserve);
    } catch (LaneNotDrainedException e) {
      world.met(Met.LANE_AWAITED);
      bootedLater(e.millis());
      return;
    } catch (CoordinationException e) {
      bootedLater(RESTART_MILLIS);
      return;
    } catch (IOException e) {
      storage.requireInjected(e);
      end();
      storage.heal();
      bootedLater(RESTART_MILLIS);
      return;
    }
    alive = true;
    mailboxes = new Mailboxes(area);
    candidate = new Candidate(name, incarnation, Detection.DEFAULT, false, world.time.now());
    prepared = false;
    warm = new WarmImage(termStart());
    whileSame(random.nextInt(Detection.BEAT_MILLIS), this::beat);
  }

  private boolean reserve(int wanted) throws IOException {
    return !area.isShared()
        || names
            .virtualServers()
            .reserveLane(area.identity().uuid().toString(), wanted, name)
            .equals(name);
  }

  private boolean isTaking() {
    return candidate.state() == State.TAKING;
  }

  private void beat() {
    if (!asleep()) {
      try {
        lookAround();
      } catch (IOException e) {
        storage.requireInjected(e);
      }
    }
    whileSame(Detection.BEAT_MILLIS, this::beat);
  }

  private void lookAround() throws IOException {
    mailboxes.write(lane, candidate.mail(mailboxes.read().get(lane), turns, batch()));
    candidate.note(mailboxes.read(), world.time.now());
    int silent = candidate.silentLane();
    if (!world.profile.direct() && silent >= 0 && area.isLaneFree(silent)) {
      candidate.noteDead(silent);
    }
    if (term != null) {
      if (!epochBlocks.newest(epoch)) {
        termEnded.run();
      }
    } else if (!isTaking() && names.connectionState() == ConnectionState.CONNECTED) {
      lookWhoseTurnItIs();
    }
  }

  private long batch() {
    return term == null ? warm.batch() : term.batch();
  }

  private void lookWhoseTurnItIs() throws IOException {
    Optional<OwnerRecord> record = names.ownership().read(NAME);
    List<String> candidates = names.virtualServers().read(NAME).orElseThrow().candidates();
    if (candidate.isMyTurn(record, candidates, world.time.now())) {
      takeOver(record);
    } else if (!prepared && candidate.isOwnedElsewhere(world.time.now())) {
      prepared = true;
      termStart().prepare();
      warm = new WarmImage(termStart());
    } else if (candidate.isOwnedElsewhere(world.time.now())) {
      warm.follow(candidate.ownersBatch());
      turns++;
    }
  }

  private void takeOver(Optional<OwnerRecord> record) throws IOException {
    long highest = new EpochBlocks(area).highest();
    long next = Math.max(record.map(OwnerRecord::epoch).orElse(0L), highest) + 1;
    candidate.is(State.TAKING, 0);
    Election election = () -> elect(record, next);
    recovery = new Recovery(termStart(), election, this::settings, warm.place());
    goOn(CLAIMING_MILLIS_MAX);
  }

  private long elect(Optional<OwnerRecord> expected, long next) throws IOException {
    OwnerRecord claimed = names.ownership().claim(NAME, name, address(), next, expected);
    candidate.ownerIs(Optional.of(claimed), world.time.now());
    epoch = world.plant.map(plant -> plant.epoch(next)).orElse(next);
    return epoch;
  }

  /** Goes on with the recovery after a while, in which anything may happen. */
  private void goOn(int withinMillis) {
    whenAwake(world.calm() ? 1 : random.nextInt(withinMillis), this::recover);
  }

  private void whenAwake(long millis, Runnable task) {
    whileSame(
        millis,
        () -> {
          if (asleep()) {
            whenAwake(asleepUntil - world.time.now(), task);
          } else {
            task.run();
          }
        });
  }

  // ---- life and death -------------------------------------------------------------------------

  private void recover() {
    RecoveryPhase phase = recovery.phase();
    try {
      if (phase == RecoveryPhase.FENCE) {
        servers.claims(this, epoch);
        Plants.replaying(image, true);
      }
      recovery.step();
      if (recovery.hasTerm()) {
        begin(recovery.term());
      } else {
        goOn(phase == RecoveryPhase.ELECT ? TAKING_MILLIS_MAX : PHASE_MILLIS_MAX);
      }
    } catch (CoordinationException e) {
      world.met(Met.CLAIM_REFUSED);
      endRecovery();
      endService(State.STANDBY);
    } catch (NewerEpochException e) {
      failedToBegin(e, servers.claimed() > epoch);
    } catch (IOException e) {
      failedToBegin(e, false);
    } catch (RuntimeException e) {
      world.judge.violated("S2", "no term can begin on what the journal holds: " + e);
    }
  }

  private void begin(Term begun) throws IOException {
    term = begun;
    endRecovery();
    warm.close();
    epochBlocks = EpochBlocks.following(area, lane, epoch);
    storage.begun();
    candidate.is(State.SERVING, epoch);
    servers.began(this, epoch);
    begunMillis = world.time.now();
    world.note(this.toString(), "begins epoch", epoch);
    if (random.nextInt(COMPARES_ONE_IN) == 0 && epochBlocks.newest(epoch)) {
      compareWithHistory();
    }
    nextTick = 0;
    more = false;
    wake(0);
    syncVolume();
  }

  /** After a phase of it has failed. */
  private void closeRecovery() {
    try {
      if (recovery != null) {
        recovery.close();
      }
    } catch (IOException e) {
      storage.requireInjected(e);
    }
    endRecovery();
  }

  private void endRecovery() {
    recovery = null;
    Plants.replaying(image, false);
  }

  private void failedToBegin(IOException why, boolean superseded) {
    if (term != null) {
      closeTerm();
    }
    closeRecovery();
    if (superseded) {
      endService(State.STANDBY);
      return;
    }
    storage.requireInjected(why);
    if (storage.crashed()) {
      die(true, true);
    } else {
      storage.attended();
      endService(State.FAILED);
    }
  }

  private void syncVolume() {
    Term served = term;
    if (volumeSync != null) {
      volumeSync.follow(served, () -> term == served, this::asleep, this::synced);
    }
  }

  private void synced(Synced news) {
    if (!isPlanted(Plants.SYNCED_UNTOLD)) {
      queue.add(news);
      wake(0);
    }
  }

  /** What the journal knows to be flushed is there after a death of the host. */
  private void noteSynced() {
    if (volumeSync != null && !term.unsettled() && !queue.contains(volumeSync.told())) {
      volumeSync.journaled();
    }
  }

  private TermStart termStart() {
    return new TermStart(
        NAME,
        name,
        area,
        lane,
        image,
        new CheckpointStore(area),
        new Checkpoints(world.profile.checkpointBytes(), false),
        "boot" + world.plant.map(plant -> plant.boot(storage.boots())).orElse(storage.boots()),
        volume,
        "root",
        "root",
        this::clock);
  }

  /**
   * The process dies, and another is started after a while; it may be dead already.
   *
   * @param power the host dies with it: what the journal had not flushed is torn
   * @param loseImage the image's files are lost
   */
  void die(boolean power, boolean loseImage) {
    end();
    if (power) {
      storage.losePower();
      hostDied.run();
    }
    storage.heal();
    bootAgain(power || loseImage);
  }

  /** Its host is dead, which it shares with another server. */
  void powerOff() {
    end();
    bootAgain(true);
  }

  private void bootAgain(boolean withoutImage) {
    if (withoutImage) {
      files = new MemoryImage();
    }
    image = newImage();
    termEnded.run();
    bootedLater(world.calm() ? RESTART_MILLIS : 1 + random.nextInt(DEATH_MILLIS_MAX));
  }

  /** What a new process has of the image: what was given to its files. */
  private Image newImage() {
    return imageSeam.apply(new WriteBehindImage(filesSeam.apply(files)));
  }

  /**
   * The process dies at one of the next times when clients have answers that the journal does not
   * have.
   *
   * @param power the host dies with it
   */
  void dieUnsettled(boolean power) {
    unsettledBefore = random.nextInt(UNSETTLED_BEFORE_MAX);
    whenUnsettled = () -> die(power, power || random.nextInt(4) == 0);
  }

  private void dieSoon() {
    Runnable death = whenUnsettled;
    whenUnsettled = null;
    long ofIncarnation = incarnation;
    world.time.schedule(
        random.nextInt(2 * world.profile.delayMillis()),
        () -> {
          if (ofIncarnation == incarnation && !world.calm()) {
            death.run();
          }
        });
  }

  void pause(long millis) {
    pausedUntil = world.time.now() + millis;
  }

  /** All of the process stops for a while, and goes on as if nothing had been. */
  void sleep(long millis) {
    asleepUntil = world.time.now() + millis;
    long ofIncarnation = incarnation;
    world.time.schedule(
        millis,
        () -> {
          if (ofIncarnation == incarnation) {
            wakeUp();
          }
        });
  }

  boolean asleep() {
    return world.time.now() < asleepUntil;
  }

  /** What came while it was asleep comes before what comes now. */
  private void wakeUp() {
    while (!deferred.isEmpty()) {
      deferred.poll().run();
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Jumps to some seconds beside the true time; quarantines last longer by as much. */
  void jumpClock() {
    wallOffset = WALL_MILLIS + random.nextInt(-JUMP_MILLIS_MAX, JUMP_MILLIS_MAX);
  }

  private Time clock() {
    long now = world.time.now();
    long since = term == null ? 0 : now - begunMillis;
    long ahead = world.plant.map(p -> p.aheadMillis(since, world.profile.leaseMillis())).orElse(0L);
    return new Time(wallOffset + now, now + ahead);
  }

  private Settings settings(long ofEpoch) {
    VolumeDescription description =
        VolumeDescription.newBuilder()
            .setName(volume.name())
            .setBlocks(volume.blocks())
            .setDirect(world.profile.direct())
            .build();
    return new Settings(
        NAME,
        name,
        address(),
        ofEpoch,
        world.profile.leaseMillis(),
        world.profile.replySlots(),
        world.profile.inlineBytesMax(),
        List.of(description));
  }

  // ---- checks ---------------------------------------------------------------------------------

  /** S2: what the journal and its checkpoints hold gives the image that grew by itself. */
  void compareWithHistory() {
    try {
      Image replayed = imageSeam.apply(new MemoryImage());
      termStart().recover(replayed);
      try (ImageSnapshot live = image.snapshot();
          ImageSnapshot again = replayed.snapshot()) {
        if (!ImageHash.of(live).equals(ImageHash.of(again))) {
          world.judge.violated("S2", "the live image is not what its journal gives");
        }
      }
      replayed.close();
    } catch (IOException e) {
      storage.requireInjected(e);
    }
  }

  /**
   * Every block has one owner; in the end none is delegated, pinned or quarantined.
   *
   * @param idle nobody has anything open or has had for longer than a lease
   */
  void auditSpace(boolean idle) {
    try (ImageSnapshot snapshot = image.snapshot()) {
      CheckReport report = ImageChecker.check(snapshot);
      if (!report.isClean()) {
        world.judge.violated("space", "the image is damaged: " + report.findings());
      }
      if (idle
          && (snapshot.containsAny(Keys.quarantine())
              || snapshot.containsAny(Keys.pins())
              || snapshot.containsAny(Keys.pools())
              || snapshot.containsAny(Keys.leases()))) {
        world.judge.violated("space", "nobody is there, and still blocks are not free");
      }
    }
  }
}
