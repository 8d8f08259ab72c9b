package io.leat.mds.server;

import io.leat.coordination.ChangeListener;
import io.leat.coordination.ConnectionState;
import io.leat.coordination.Coordination;
import io.leat.coordination.CoordinationException;
import io.leat.coordination.OwnerRecord;
import io.leat.coordination.Subscription;
import io.leat.coordination.VirtualServerConfig;
import io.leat.mds.journal.EpochBlocks;
import io.leat.mds.journal.Mailbox;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.journal.Mailboxes;
import io.leat.mds.journal.MetadataArea;
import io.leat.mds.journal.NewerEpochException;
import io.leat.mds.takeover.Candidate;
import io.leat.mds.takeover.Detection;
import io.leat.mds.takeover.Word;
import io.leat.wire.proto.CandidateDescription;
import io.leat.wire.proto.ServerDescription;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This MDS among the candidates for a virtual server: writes its mailbox, looks at those of the
 * others and at the owner record, and says when it is its turn to claim ({@code docs/takeover.md}).
 * A thread of its own writes and looks, whatever the virtual server's loop does meanwhile.
 *
 * <p>Any thread, but for {@link #awaitTurn}, which is the loop's.
 */
final class Candidacy implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);

  /** How a candidate is described that gives no sign of life. */
  private static final String GONE = "GONE";

  private final String virtualServer;
  private final Coordination coordination;
  private final MetadataArea area;
  private final Mailboxes mailboxes;
  private final int lane;
  private final Peers peers;
  private final TimeSource time;
  private final LongSupplier progress;
  private final LongSupplier batch;
  private final LongConsumer deposed;
  private final Thread heart;
  private Subscription ownerWatch;

  /** Something to look at, for whoever waits for a turn. */
  private final Semaphore news = new Semaphore(0);

  /** Something to say at once, for the heart. */
  private final Semaphore mail = new Semaphore(0);

  // Guarded by this.
  private final Candidate candidate;
  private boolean leaving;
  private boolean closed;

  // The heart's.
  private boolean failing;
  private List<Optional<Mailbox>> mails = List.of();
  private EpochBlocks epochs;
  private long followed;

  /** Null while nobody is asked. */
  private Question question;

  /** An owner that is asked whether it lives, since it does not show it. */
  private record Question(OwnerRecord owner, CompletableFuture<ServerDescription> answer) {}

  /**
   * @param area whose {@code lane} this MDS has acquired
   * @param incarnation of this process; another number is another one
   * @param peers asked on behalf of this, if hosts share the area
   * @param progress grows while the virtual server's loop runs; any thread
   * @param batch up to which this MDS has the virtual server's state; any thread
   * @param deposed told, perhaps often, the epoch of this MDS's term when another is newer; on the
   *     thread of the heartbeat
   */
  Candidacy(
      String virtualServer,
      String me,
      Coordination coordination,
      MetadataArea area,
      int lane,
      long incarnation,
      Detection detection,
      Peers peers,
      TimeSource time,
      LongSupplier progress,
      LongSupplier batch,
      LongConsumer deposed) {
    this.virtualServer = virtualServer;
    this.coordination = coordination;
    this.area = area;
    this.mailboxes = new Mailboxes(area);
    this.lane = lane;
    this.peers = peers;
    this.time = time;
    this.progress = progress;
    this.batch = batch;
    this.deposed = deposed;
    this.candidate = new Candidate(me, incarnation, detection, area.isShared(), now());
    this.heart = new Thread(this::beatUntilClosed, "leat-heart-" + virtualServer);
    heart.setDaemon(true);
  }

  /** Begins to write and to look. */
  void start() {
    heart.start();
    ownerWatch = coordination.ownership().watch(virtualServer, new OwnerListener());
  }

  private final class OwnerListener implements ChangeListener<Optional<OwnerRecord>> {

    @Override
    public void changed(Optional<OwnerRecord> record) {
      ownerIs(record);
    }

    @Override
    public void failed(CoordinationException failure) {
      LOG.warn("{}: the owner record cannot be read", virtualServer, failure);
    }
  }

  private long now() {
    return time.now().monotonicMillis();
  }

  // ---- state ----------------------------------------------------------------------------------

  /** Tells the others how this candidate stands, at once. */
  synchronized void is(State newState, long ofEpoch) {
    candidate.is(newState, ofEpoch);
    mail.release();
  }

  synchronized State state() {
    return candidate.state();
  }

  /** The owner, if it is another MDS; as last heard. */
  synchronized Optional<OwnerRecord> otherOwner() {
    return candidate.otherOwner();
  }

  /** The batch that is durable, as the owner says; 0 when it is not known. */
  synchronized long ownersBatch() {
    return candidate.ownersBatch();
  }

  /** The owner record, as last heard. */
  synchronized Optional<OwnerRecord> owner() {
    return candidate.owner();
  }

  /** Whether another candidate could take over at once. */
  synchronized boolean isReady(String mds) {
    return candidate.isReady(mds);
  }

  /** Whether any other candidate could. */
  synchronized boolean anyReady() {
    return candidate.sightings().anyMatch(one -> candidate.isReady(one.mail().mds()));
  }

  /** For how long another candidate has stood by; 0 for one that is not ready. */
  synchronized long readyMillis(String mds) {
    return candidate.readyMillis(mds);
  }

  /** Whose process in a lane shows that it lives; empty for nobody's. */
  synchronized Optional<String> livesIn(int wanted) {
    return candidate.livesIn(wanted);
  }

  /** Whether a process of that name shows that it lives, in any lane. */
  synchronized boolean lives(String mds) {
    return candidate.lives(mds);
  }

  /** How all candidates stand that were ever seen. */
  synchronized List<CandidateDescription> candidates() {
    return candidate
        .sightings()
        .map(
            one ->
                CandidateDescription.newBuilder()
                    .setMds(one.mail().mds())
                    .setState(candidate.isAlive(one) ? one.mail().state().name() : GONE)
                    .setBatch(one.mail().batch())
                    .setHeartbeat(one.mail().heartbeat())
                    .setIncarnation(one.mail().incarnation())
                    .build())
        .toList();
  }

  /** Takes note of the owner record. */
  synchronized void ownerIs(Optional<OwnerRecord> record) {
    candidate.ownerIs(record, now());
    news.release();
  }

  /** Takes note of what was written here, unless the watch has told of a later claim already. */
  synchronized void wasMadeOwner(OwnerRecord record) {
    if (candidate.owner().filter(known -> known.epoch() > record.epoch()).isEmpty()) {
      ownerIs(Optional.of(record));
    }
  }

  // ---- turns ----------------------------------------------------------------------------------

  /**
   * It is this candidate's turn to claim.
   *
   * @param expected the owner record to claim from; empty where there is none
   */
  record Turn(Optional<OwnerRecord> expected) {}

  /**
   * Waits until this candidate should claim.
   *
   * @param standingBy called, perhaps often, while another owner lives
   * @return empty after {@link #leave}
   * @throws CoordinationException when the name service did not answer
   */
  Optional<Turn> awaitTurn(Runnable standingBy) throws IOException {
    do {
      boolean another = anotherLives();
      if (another && isOwnedElsewhere()) {
        standingBy.run();
      } else if (!another && coordination.connectionState() == ConnectionState.CONNECTED) {
        Optional<OwnerRecord> heard = owner();
        Optional<OwnerRecord> record = coordination.ownership().read(virtualServer);
        List<String> candidates =
            coordination
                .virtualServers()
                .read(virtualServer)
                .filter(VirtualServerConfig::started)
                .map(VirtualServerConfig::candidates)
                .orElse(List.of());
        if (isMyTurn(heard, record, candidates)) {
          return Optional.of(new Turn(record));
        }
      }
    } while (awaitNews());
    return Optional.empty();
  }

  private synchronized boolean anotherLives() {
    return candidate.anotherLives(now());
  }

  private synchronized boolean isOwnedElsewhere() {
    return candidate.isOwnedElsewhere(now());
  }

  /**
   * Whether to claim.
   *
   * @param heard the owner record as last heard before it was read
   * @param record as it was read; if the watch has told of another one meanwhile it may be older
   *     than that, and would stay, for the watch does not tell twice
   */
  private synchronized boolean isMyTurn(
      Optional<OwnerRecord> heard, Optional<OwnerRecord> record, List<String> candidates) {
    return !leaving
        && candidate.owner().equals(heard)
        && candidate.isMyTurn(record, candidates, now());
  }

  /** Waits until there may be something new; false after {@link #leave}. */
  private boolean awaitNews() throws IOException {
    try {
      await(news);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while standing by", e);
    }
    return !isLeaving();
  }

  /** Waits for a signal, or for the time of a heartbeat. */
  private static void await(Semaphore signal) throws InterruptedException {
    boolean unused = signal.tryAcquire(Detection.BEAT_MILLIS, TimeUnit.MILLISECONDS);
    signal.drainPermits();
  }

  private synchronized boolean isLeaving() {
    return leaving;
  }

  /** Ends the waiting; heartbeats go on. */
  synchronized void leave() {
    leaving = true;
    news.release();
  }

  // ---- heartbeats -----------------------------------------------------------------------------

  private void beatUntilClosed() {
    boolean more = true;
    while (more) {
      beat();
      more = awaitBeat();
    }
    beat(); // what was said last
  }

  private boolean awaitBeat() {
    try {
      await(mail);
    } catch (InterruptedException e) {
      LOG.error("{}: the heartbeat was interrupted and ends", virtualServer, e);
      return false;
    }
    return !isClosed();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Writes the own mailbox and looks at all; what fails is tried again with the next beat. Time
   * counts also while mailboxes cannot be read: then nobody shows that he lives.
   */
  private void beat() {
    boolean answered = question != null && question.answer().isDone();
    boolean sound = attempt(this::lookAtMailboxes);
    note(mails);
    if (answered && sound) {
      hear();
    }
    sound &= attempt(this::lookForDeath);
    sound &= attempt(this::askSilentOwner);
    sound &= attempt(this::lookAtEpoch);
    failing = !sound;
  }

  /** A step of a heartbeat. */
  @FunctionalInterface
  private interface Step {
    void take() throws IOException;
  }

  private boolean attempt(Step step) {
    try {
      step.take();
      return true;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        LOG.warn("{}: the mailboxes or epochs cannot be used", virtualServer, e);
      }
      return false;
    }
  }

  private void lookAtMailboxes() throws IOException {
    mails = mailboxes.read();
    mailboxes.write(lane, own(mails.get(lane)));
    mails = mailboxes.read();
  }

  private synchronized long servedEpoch() {
    return candidate.epoch();
  }

  /** On one host the lock of a lane is free as soon as its process has ended. */
  private void lookForDeath() throws IOException {
    int silent = silentLane();
    if (silent >= 0 && silent != lane && area.isLaneFree(silent)) {
      died(silent);
    }
  }

  /** The mailboxes were read after the answer had come. */
  private void hear() {
    Question asked = question;
    question = null;
    try {
      heard(asked.owner(), asked.answer().join());
    } catch (CompletionException e) {
      LOG.debug("{}: no answer of {}", virtualServer, asked.owner(), e);
      boolean ended = Peers.isRefused(e);
      synchronized (this) {
        candidate.noteNoAnswer(asked.owner(), ended);
        news.release();
      }
    }
  }

  private synchronized void heard(OwnerRecord owner, ServerDescription said) {
    Optional<CandidateDescription> of =
        said.getVirtualServersList().stream()
            .filter(
                one -> one.getName().equals(virtualServer) && said.getMds().equals(owner.owner()))
            .flatMap(one -> one.getCandidatesList().stream())
            .filter(one -> one.getMds().equals(owner.owner()))
            .findFirst();
    Word before = candidate.word();
    candidate.noteAnswer(
        owner,
        of.map(CandidateDescription::getIncarnation).orElse(0L),
        of.map(CandidateDescription::getHeartbeat).orElse(0L));
    if (candidate.word() == Word.ELSEWHERE && before != Word.ELSEWHERE) {
      LOG.error(
          "{}: {} lives and writes its mailbox, but nothing of that stands on {} here: that is another device, or a copy of it, or its path shows old contents. Nothing is taken over here until this is mended",
          virtualServer,
          owner.owner(),
          area);
    }
    news.release();
  }

  /** Its answer is heard with one of the next beats. */
  private void askSilentOwner() {
    Optional<OwnerRecord> silent = question == null ? toAsk() : Optional.empty();
    if (silent.isEmpty()) {
      return;
    }
    OwnerRecord owner = silent.get();
    question = new Question(owner, peers.describe(owner.host(), owner.port()));
  }

  private synchronized Optional<OwnerRecord> toAsk() {
    Optional<OwnerRecord> silent = candidate.toAsk(now());
    silent.ifPresent(owner -> candidate.noteAsked(now()));
    return silent;
  }

  private synchronized int silentLane() {
    return candidate.silentLane();
  }

  private synchronized void died(int ofLane) {
    candidate.noteDead(ofLane);
    news.release();
  }

  /** The loop would find out too, but it may be stuck, and clients wait for it. */
  private void lookAtEpoch() throws IOException {
    long served = servedEpoch();
    if (served == 0) {
      return;
    }
    try {
      if (followed != served) {
        epochs = EpochBlocks.following(area, lane, served);
        followed = served;
      }
      if (epochs.newest(served)) {
        return;
      }
    } catch (NewerEpochException e) {
      LOG.debug("{}: epoch {} is over", virtualServer, served, e);
    }
    deposed.accept(served);
  }

  private synchronized Mailbox own(Optional<Mailbox> last) {
    return candidate.mail(last, progress.getAsLong(), batch.getAsLong());
  }

  private synchronized void note(List<Optional<Mailbox>> seen) {
    candidate.note(seen, now());
    news.release();
  }

  /** Ends the heartbeat with a last one. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      mail.release();
    }
    if (ownerWatch != null) {
      ownerWatch.close();
    }
    try {
      heart.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the heartbeat of " + virtualServer + " ended", e);
    }
  }
}
