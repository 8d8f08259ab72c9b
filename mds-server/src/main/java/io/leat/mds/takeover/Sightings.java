package io.leat.mds.takeover;

import io.leat.mds.journal.Mailbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * For how long nothing has changed in each mailbox, as somebody sees it who looks again and again.
 * From one look to the next at most {@value #STEP_MILLIS_MAX} ms count: who has stood still himself
 * does not know how long the others have. For one thread.
 */
public final class Sightings {

  /** Two heartbeats. */
  private static final int STEP_MILLIS_MAX = 2 * Detection.BEAT_MILLIS;

  /**
   * What was seen in one mailbox.
   *
   * @param mail the last one
   * @param dead it is known that its process has ended
   * @param beaten its heartbeat was seen to change
   * @param heartbeatMillis since its heartbeat changed
   * @param progressMillis since its progress, its state or its process changed
   * @param stateMillis since its state or its process changed
   */
  public record Sighting(
      Mailbox mail,
      boolean dead,
      boolean beaten,
      long heartbeatMillis,
      long progressMillis,
      long stateMillis) {

    private static Sighting first(Mailbox mail) {
      return new Sighting(mail, false, false, 0, 0, 0);
    }

    private Sighting died() {
      return new Sighting(mail, true, beaten, heartbeatMillis, progressMillis, stateMillis);
    }

    private Sighting next(Mailbox now, long step) {
      if (!now.mds().equals(mail.mds()) || now.incarnation() != mail.incarnation()) {
        return first(now);
      }
      boolean beats = now.heartbeat() != mail.heartbeat();
      boolean sameState = now.state() == mail.state();
      boolean sameProgress = sameState && now.progress() == mail.progress();
      return new Sighting(
          now,
          dead && !beats,
          beaten || beats,
          beats ? 0 : heartbeatMillis + step,
          sameProgress ? progressMillis + step : 0,
          sameState ? stateMillis + step : 0);
    }
  }

  /** Of each lane; null for one without mail. */
  private final List<Sighting> seen = new ArrayList<>();

  private long lastLook;

  /**
   * Takes note of what stands in the mailboxes now.
   *
   * @param mails of all lanes, in their order
   * @param nowMillis monotonic
   */
  public void note(List<Optional<Mailbox>> mails, long nowMillis) {
    long step = Math.min(nowMillis - lastLook, STEP_MILLIS_MAX);
    lastLook = nowMillis;
    for (int lane = 0; lane < mails.size(); lane++) {
      if (lane == seen.size()) {
        seen.add(null);
      }
      Mailbox mail = mails.get(lane).orElse(null);
      Sighting before = seen.get(lane);
      seen.set(
          lane,
          mail == null ? null : before == null ? Sighting.first(mail) : before.next(mail, step));
    }
  }

  /**
   * The lane of a metadata server whose mailbox stands still, which may mean that it is dead.
   *
   * @return -1 for one that beats, or has no mailbox
   */
  public int silentLane(String mds) {
    return of(mds)
        .filter(sighting -> sighting.heartbeatMillis() > 0 && !sighting.dead())
        .map(seen::indexOf)
        .orElse(-1);
  }

  /** The process that has written in a lane has ended: until somebody writes there again. */
  public void noteDead(int lane) {
    Sighting one = seen.get(lane);
    if (one != null) {
      seen.set(lane, one.died());
    }
  }

  /** Of one lane; empty for one without mail. */
  Optional<Sighting> in(int lane) {
    return lane < seen.size() ? Optional.ofNullable(seen.get(lane)) : Optional.empty();
  }

  /** Of each mailbox. */
  Stream<Sighting> all() {
    return seen.stream().filter(Objects::nonNull);
  }

  /**
   * What was seen of a metadata server, in the lane that it wrote last if it has had several; empty
   * when it has no mailbox.
   */
  public Optional<Sighting> of(String mds) {
    return all()
        .filter(one -> one.mail().mds().equals(mds))
        .min(Comparator.comparingLong(Sighting::heartbeatMillis));
  }
}
