package io.leat.mds.takeover;

import io.leat.coordination.OwnerRecord;
import io.leat.mds.journal.Mailbox.State;
import io.leat.mds.takeover.Sightings.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether a candidate without a term should claim a virtual server. It decides when somebody claims
 * and nothing else: that two do so at once, or that one is wrong, costs a term and no more.
 *
 * @param me the candidate's name
 * @param incarnation of this candidate's process
 * @param detection how long an owner may be silent
 */
public record TakeoverRule(String me, long incarnation, Detection detection) {

  /** How much longer each candidate waits than the one before it in their order. */
  public static final int TURN_MILLIS = 300;

  /** After so long an owner is asked over the wire: three heartbeats. */
  static final int ASK_MILLIS = 3 * Detection.BEAT_MILLIS;

  /** One who has been asked is asked again after so long. */
  static final int ASK_AGAIN_MILLIS = 1_000;

  /** A takeover hangs after so long at least: single steps of it may take seconds. */
  public static final int TAKING_HUNG_MILLIS_MIN = 30_000;

  /**
   * What a candidate knows.
   *
   * @param candidates in their order
   * @param owner the owner record; empty when nobody has ever owned the virtual server
   * @param ownerMillis since this record, or that there is none, was first seen
   * @param failed this candidate's last term or attempt ended with an error
   * @param sightings of all mailboxes
   * @param word what the owner says that the record names
   */
  public record View(
      List<String> candidates,
      Optional<OwnerRecord> owner,
      long ownerMillis,
      boolean failed,
      Sightings sightings,
      Word word) {

    public View {
      candidates = List.copyOf(candidates);
    }
  }

  /** True when it is this candidate's turn to claim. */
  public boolean isMyTurn(View view) {
    if (!view.candidates().contains(me) || ownerLives(view) || hasTwin(view)) {
      return false;
    }
    if (view.owner().filter(this::isMe).isPresent() && !view.failed()) {
      return true;
    }
    return silentMillis(view) >= (long) TURN_MILLIS * rank(view);
  }

  /**
   * Whether the owner gives signs of life; so does, for a while, the owner record itself while it
   * is new.
   */
  public boolean ownerLives(View view) {
    return silentMillis(view) < 0;
  }

  /** Whether another one was seen to be the owner, alive, and busy with it. */
  public boolean isOwnedElsewhere(View view) {
    return anotherServes(view)
        || view.word() == Word.ELSEWHERE
        || view.owner()
            .filter(record -> !isMe(record))
            .flatMap(record -> view.sightings().of(record.owner()))
            .filter(owner -> owner.beaten() && silentMillis(owner) < 0)
            .isPresent();
  }

  private boolean isMe(OwnerRecord record) {
    return record.owner().equals(me);
  }

  /** Another process with this name lives: one of the two is a mistake, and has to end first. */
  private boolean hasTwin(View view) {
    return view.sightings()
        .all()
        .anyMatch(
            one ->
                one.mail().mds().equals(me)
                    && one.mail().incarnation() != incarnation
                    && isAlive(one));
  }

  /** Whether somebody shows nothing of himself on the device for so long that he is to be asked. */
  static boolean standsStill(Optional<Sighting> sighting) {
    return sighting.filter(one -> one.heartbeatMillis() < ASK_MILLIS).isEmpty();
  }

  /** For how long somebody could have claimed; negative while nobody should. */
  private long silentMillis(View view) {
    if (anotherServes(view)) {
      return -1;
    }
    if (view.owner().isEmpty()) {
      return view.ownerMillis();
    }
    OwnerRecord record = view.owner().get();
    Optional<Sighting> sighting = view.sightings().of(record.owner());
    if (isMe(record)) {
      return sighting.map(Sighting::stateMillis).orElse(0L);
    }
    if (standsStill(sighting) && (view.word() == Word.AWAITED || view.word() == Word.ELSEWHERE)) {
      return -1;
    }
    long sinceNew = view.ownerMillis() - detection.goneMillis();
    return Math.min(sinceNew, sighting.map(this::silentMillis).orElse(sinceNew));
  }

  /**
   * An epoch on the storage tells more than a record of an older one, which may be what is left of
   * a name service's data.
   */
  private boolean anotherServes(View view) {
    long recorded = view.owner().map(OwnerRecord::epoch).orElse(0L);
    return view.sightings()
        .all()
        .anyMatch(
            one ->
                !one.mail().mds().equals(me)
                    && one.mail().state() == State.SERVING
                    && one.mail().epoch() >= recorded
                    && one.beaten()
                    && silentMillis(one) < 0);
  }

  private long silentMillis(Sighting owner) {
    long gone =
        owner.dead() ? owner.heartbeatMillis() : owner.heartbeatMillis() - detection.goneMillis();
    int hungMillis = detection.hungMillis();
    return switch (owner.mail().state()) {
      case STANDBY, FAILED, STOPPED -> Math.max(gone, owner.stateMillis());
      case TAKING ->
          Math.max(gone, owner.progressMillis() - Math.max(hungMillis, TAKING_HUNG_MILLIS_MIN));
      case SERVING -> Math.max(gone, owner.progressMillis() - hungMillis);
    };
  }

  /**
   * How many go first: an owner that has come back, then those that are well in their order, then
   * those that have failed in theirs.
   */
  private int rank(View view) {
    List<String> order = new ArrayList<>();
    view.owner().map(OwnerRecord::owner).filter(well(view)).ifPresent(order::add);
    addMissing(order, view, well(view));
    addMissing(order, view, candidate -> isAlive(candidate, view));
    return order.indexOf(me);
  }

  private static void addMissing(List<String> order, View view, Predicate<String> such) {
    view.candidates().stream()
        .filter(such)
        .filter(candidate -> !order.contains(candidate))
        .forEach(order::add);
  }

  private Predicate<String> well(View view) {
    return candidate ->
        candidate.equals(me)
            ? !view.failed()
            : isAlive(candidate, view)
                && view.sightings()
                    .of(candidate)
                    .map(s -> s.mail().state())
                    .filter(state -> state != State.FAILED && state != State.STOPPED)
                    .isPresent();
  }

  private boolean isAlive(String candidate, View view) {
    return candidate.equals(me) || view.sightings().of(candidate).filter(this::isAlive).isPresent();
  }

  /** Whether what runs there has turns. */
  boolean isMoving(Sighting one) {
    return one.progressMillis() < detection.hungMillis();
  }

  /** Whether somebody gives signs of life. */
  boolean isAlive(Sighting one) {
    return !one.dead() && one.heartbeatMillis() < detection.goneMillis();
  }
}
