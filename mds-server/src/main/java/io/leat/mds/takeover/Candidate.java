package io.leat.mds.takeover;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.journal.Mailbox;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.takeover.Sightings.Sighting;
import io.leat.mds.takeover.TakeoverRule.View;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A metadata server as a candidate for a virtual server: how it stands, what it says of that in its
 * mailbox, what it has seen of the others, and whether it is its turn. Times are monotonic
 * milliseconds of one clock. For one thread at a time.
 */
public final class Candidate {

  private final String me;
  private final long incarnation;
  private final TakeoverRule rule;
  private final Sightings sightings = new Sightings();
  private final Word unasked;
  private Optional<OwnerRecord> owner = Optional.empty();
  private Word word;
  private long askedMillis;
  private long ownerSince;
  private State state = State.STANDBY;

  /** The last term or attempt has ended with an error, and nobody has served since. */
  private boolean failed;

  private long epoch;
  private long heartbeat;

  /**
   * Stands by.
   *
   * @param me its name
   * @param incarnation that no other process has had
   * @param asks an owner is asked over the wire before it is taken for gone: {@link #toAsk}
   */
  public Candidate(String me, long incarnation, Detection detection, boolean asks, long nowMillis) {
    this.unasked = asks ? Word.AWAITED : Word.NEEDLESS;
    this.word = unasked;
    this.me = me;
    this.incarnation = incarnation;
    this.rule = new TakeoverRule(me, incarnation, detection);
    this.ownerSince = nowMillis;
    this.askedMillis = nowMillis - TakeoverRule.ASK_AGAIN_MILLIS;
  }

  // ---- how it stands --------------------------------------------------------------------------

  /**
   * It stands otherwise now.
   *
   * @param ofEpoch that it serves; 0 for none
   */
  public void is(State newState, long ofEpoch) {
    failed = newState == State.FAILED || (failed && newState != State.SERVING);
    state = failed && newState == State.STANDBY ? State.FAILED : newState;
    epoch = ofEpoch;
  }

  public State state() {
    return state;
  }

  /** The epoch that it serves; 0 for none. */
  public long epoch() {
    return epoch;
  }

  /**
   * What to write into its mailbox next, having seen what stands there.
   *
   * @param batch up to which it has the state of the virtual server
   */
  public Mailbox mail(Optional<Mailbox> last, long progress, long batch) {
    heartbeat = Math.max(heartbeat, last.map(Mailbox::heartbeat).orElse(0L)) + 1;
    return new Mailbox(me, incarnation, heartbeat, progress, state, epoch, batch);
  }

  // ---- what it sees ---------------------------------------------------------------------------

  /** Takes note of all mailboxes, in the order of their lanes. */
  public void note(List<Optional<Mailbox>> mails, long nowMillis) {
    sightings.note(mails, nowMillis);
    if (ownersSighting().filter(one -> one.heartbeatMillis() == 0).isPresent()) {
      word = unasked;
    }
  }

  /** Takes note of the owner record. */
  public void ownerIs(Optional<OwnerRecord> record, long nowMillis) {
    if (!record.equals(owner)) {
      owner = record;
      ownerSince = nowMillis;
      word = unasked;
    }
  }

  /** The owner record as last heard. */
  public Optional<OwnerRecord> owner() {
    return owner;
  }

  /** The owner record as last heard, if it names another one. */
  public Optional<OwnerRecord> otherOwner() {
    return owner.filter(record -> !record.owner().equals(me));
  }

  /** The batch that is durable, as the owner says; 0 when it is not known. */
  public long ownersBatch() {
    return sightings
        .all()
        .map(Sighting::mail)
        .filter(mail -> mail.state() == State.SERVING && !mail.mds().equals(me))
        .max(Comparator.comparingLong(Mailbox::epoch))
        .map(Mailbox::batch)
        .orElse(0L);
  }

  /** The lane of an owner whose mailbox stands still, so that it may be dead; -1 for none. */
  public int silentLane() {
    return owner.map(record -> sightings.silentLane(record.owner())).orElse(-1);
  }

  /** The process that has written in a lane has ended. */
  public void noteDead(int lane) {
    sightings.noteDead(lane);
  }

  private Optional<Sighting> ownersSighting() {
    return otherOwner().flatMap(record -> sightings.of(record.owner()));
  }

  /** The owner to ask whether it lives; empty while its mailbox says so, or nobody is asked. */
  public Optional<OwnerRecord> toAsk(long nowMillis) {
    long pause = word == Word.AWAITED ? TakeoverRule.ASK_MILLIS : TakeoverRule.ASK_AGAIN_MILLIS;
    return otherOwner()
        .filter(record -> unasked == Word.AWAITED && nowMillis - askedMillis >= pause)
        .filter(record -> nowMillis - ownerSince >= TakeoverRule.ASK_MILLIS)
        .filter(record -> TakeoverRule.standsStill(ownersSighting()));
  }

  /** Takes note that the owner is asked. */
  public void noteAsked(long nowMillis) {
    askedMillis = nowMillis;
  }

  /**
   * Takes note that an owner was asked, and has not answered.
   *
   * @param ended nobody listens where it was
   */
  public void noteNoAnswer(OwnerRecord asked, boolean ended) {
    if (isAwaited(asked)) {
      word = Word.NOTHING;
      int silent = TakeoverRule.standsStill(ownersSighting()) ? silentLane() : -1;
      if (ended && silent >= 0) {
        noteDead(silent);
      }
    }
  }

  /**
   * Takes note of what an owner has answered; its mailbox was read here after that.
   *
   * @param heartbeat of the last mail that it has found in its own mailbox, 0 for none
   * @param ofIncarnation of its process
   */
  public void noteAnswer(OwnerRecord asked, long ofIncarnation, long heartbeat) {
    if (isAwaited(asked)) {
      boolean here =
          ownersSighting()
              .map(Sighting::mail)
              .filter(mail -> mail.incarnation() == ofIncarnation)
              .filter(mail -> mail.heartbeat() >= heartbeat)
              .isPresent();
      word = here || heartbeat == 0 ? Word.NOTHING : Word.ELSEWHERE;
    }
  }

  /** What once was found to be elsewhere is so until its mailbox moves here. */
  private boolean isAwaited(OwnerRecord asked) {
    return owner.equals(Optional.of(asked)) && word != Word.ELSEWHERE;
  }

  /** What the owner has said over the wire. */
  public Word word() {
    return word;
  }

  // ---- whose turn it is -----------------------------------------------------------------------

  /** Whether an owner lives, as far as can be told without asking the name service. */
  public boolean anotherLives(long nowMillis) {
    return rule.ownerLives(view(List.of(), nowMillis));
  }

  /**
   * Whether another one was seen to be the owner, alive, and busy with it. Then whatever went wrong
   * here before is forgotten.
   */
  public boolean isOwnedElsewhere(long nowMillis) {
    boolean owned = rule.isOwnedElsewhere(view(List.of(), nowMillis));
    if (owned && failed) {
      failed = false;
      is(State.STANDBY, 0);
    }
    return owned;
  }

  /** Whether to claim, given what the name service says now. */
  public boolean isMyTurn(Optional<OwnerRecord> record, List<String> candidates, long nowMillis) {
    ownerIs(record, nowMillis);
    return rule.isMyTurn(view(candidates, nowMillis));
  }

  // ---- the others -----------------------------------------------------------------------------

  /** Whether another one could take over at once: it stands by, close behind the owner. */
  public boolean isReady(String mds) {
    return !mds.equals(me)
        && sightings
            .of(mds)
            .filter(rule::isAlive)
            .filter(rule::isMoving)
            .map(Sighting::mail)
            .filter(mail -> mail.state() == State.STANDBY && mail.batch() > 0)
            .isPresent();
  }

  /**
   * For how long another one has stood by.
   *
   * @return milliseconds; 0 for one that is not ready
   */
  public long readyMillis(String mds) {
    return isReady(mds) ? sightings.of(mds).map(Sighting::stateMillis).orElse(0L) : 0;
  }

  /** All that were ever seen, each in the lane that it wrote last. */
  public Stream<Sighting> sightings() {
    return sightings.all().filter(one -> sightings.of(one.mail().mds()).equals(Optional.of(one)));
  }

  /** Whether somebody gives signs of life. */
  public boolean isAlive(Sighting sighting) {
    return rule.isAlive(sighting);
  }

  /** Whose process writes mails in a lane and shows that it lives; empty for nobody's. */
  public Optional<String> livesIn(int lane) {
    return sightings.in(lane).filter(this::isAlive).map(Sighting::mail).map(Mailbox::mds);
  }

  /** Whether a process of that name shows that it lives, in any lane. */
  public boolean lives(String mds) {
    return mds.equals(me) || sightings.of(mds).filter(this::isAlive).isPresent();
  }

  private View view(List<String> candidates, long nowMillis) {
    return new View(candidates, owner, nowMillis - ownerSince, failed, sightings, word);
  }
}
