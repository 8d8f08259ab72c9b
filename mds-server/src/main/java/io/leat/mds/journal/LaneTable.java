package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the lanes are of an area that hosts share, and when what was written to one has landed. No
 * lock reaches from host to host, so a process writes down that a lane is its own, waits, and looks
 * whether that still stands there and nobody else sends mails from the lane.
 *
 * <p><b>How long it waits.</b> A lane that was given up in order is used again after {@value
 * #SETTLE_MILLIS} ms, in which somebody who has taken it at the same time would be seen. One whose
 * process died, or whose writes have failed, waits as long as a write may be under way in the
 * storage network: the area's drain time. What lands later is not there.
 *
 * <p>A lane of one home is not given to another, for whoever writes it may just be paused; but a
 * person may say that a home is gone for good, and its lane free.
 *
 * <p>Any thread.
 */
final class LaneTable {

  /** Size of its place, bytes. */
  static final int BYTES = AreaIdentity.LANES_MAX * JournalFormat.BLOCK;

  /** Five heartbeats, by which somebody else in the lane would show. */
  static final int SETTLE_MILLIS = 500;

  private static final Logger LOG = LoggerFactory.getLogger(LaneTable.class);

  /**
   * A lane that was written down as the own one.
   *
   * @param mail what another process had in the lane's mailbox then
   * @param readyMillis when it may be used, by the holder's clock
   * @param moved the mailbox has changed since: one mail of a dead process may land late
   */
  private record Attempt(Optional<Mailbox> mail, long readyMillis, boolean moved) {}

  private final Device table;
  private final int lanes;
  private final long drainMillis;
  private final Mailboxes mailboxes;

  /** Null for who only reads. */
  private final LaneHolder me;

  private final AreaChecksum checksum;
  private final ByteBuffer blocks;
  private final ByteBuffer own = JournalFormat.allocate(JournalFormat.BLOCK);
  private final Map<Integer, Attempt> attempts = new HashMap<>();
  private final Set<Integer> held = new HashSet<>();
  private Optional<Long> failedMillis = Optional.empty();

  /**
   * @param table of {@link #BYTES}, written through
   * @param holder who uses lanes; empty for who only reads
   */
  LaneTable(
      Device table,
      AreaIdentity identity,
      long drainMillis,
      Mailboxes mailboxes,
      Optional<LaneHolder> holder) {
    this.table = table;
    this.lanes = identity.lanes();
    this.drainMillis = drainMillis;
    this.mailboxes = mailboxes;
    this.me = holder.orElse(null);
    this.checksum = new AreaChecksum(identity.uuid());
    this.blocks = JournalFormat.allocate(BYTES);
  }

  /** Whose each lane is; what cannot be read belongs to a name that nobody has. */
  synchronized List<Optional<String>> owners() throws IOException {
    read();
    List<Optional<String>> owners = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      owners.add(
          isNobodys(lane)
              ? Optional.empty()
              : Optional.of(decode(lane).map(LaneRecord::mds).orElse("")));
    }
    return owners;
  }

  private boolean isNobodys(int lane) {
    return LaneSector.isBlank(blocks, at(lane))
        || decode(lane).filter(LaneRecord::isFree).isPresent();
  }

  /** The lane that is the holder's; empty if there is none. */
  synchronized OptionalInt own() throws IOException {
    read();
    return IntStream.range(0, lanes)
        .filter(lane -> decode(lane).filter(this::isMyHomes).isPresent())
        .findFirst();
  }

  /**
   * Takes a lane, or goes on with that.
   *
   * @throws LaneInUseException when it is another one's, or somebody else uses it
   * @throws LaneNotDrainedException when it has to wait; ask again then
   */
  synchronized void acquire(int lane) throws IOException {
    requireHolder();
    if (held.contains(lane)) {
      throw new LaneInUseException("%s is held by this process".formatted(name(lane)));
    }
    Attempt attempt = attempts.get(lane);
    // Before anything is looked at, so that what is seen is of after that time.
    long left = attempt == null ? 0 : attempt.readyMillis() - me.clock().getAsLong();
    read();
    Optional<LaneRecord> found = decode(lane);
    requireNobodyElses(lane, found);
    if (attempt == null || found.filter(this::isMine).isEmpty()) {
      throw notDrained(lane, begin(lane, found));
    }
    Optional<Mailbox> mail = mailOfOther(lane);
    if (!mail.equals(attempt.mail()) && !attempt.moved()) {
      left = Math.max(left, SETTLE_MILLIS);
      attempts.put(lane, new Attempt(mail, me.clock().getAsLong() + left, true));
    } else if (!mail.equals(attempt.mail())) {
      attempts.remove(lane);
      throw new LaneInUseException(
          "somebody else sends mails from %s: the home of %s was copied; end one of the two"
              .formatted(name(lane), me.mds()));
    }
    if (left > 0) {
      throw notDrained(lane, left);
    }
    requireDrained();
    attempts.remove(lane);
    held.add(lane);
  }

  /** Writes down that the lane is the own one; returns how long to wait then. */
  private long begin(int lane, Optional<LaneRecord> found) throws IOException {
    boolean clean =
        LaneSector.isBlank(blocks, at(lane))
            || found.filter(record -> record.state() == LaneRecord.State.CLEAN).isPresent();
    long wait = clean ? SETTLE_MILLIS : Math.max(SETTLE_MILLIS, drainMillis);
    write(lane, mine(LaneRecord.State.USED));
    attempts.put(lane, new Attempt(mailOfOther(lane), me.clock().getAsLong() + wait, false));
    return wait;
  }

  /** What stands in the lane's mailbox, if it is not this process that has written it. */
  private Optional<Mailbox> mailOfOther(int lane) throws IOException {
    return mailboxes.read().get(lane).filter(mail -> mail.incarnation() != me.incarnation());
  }

  private LaneNotDrainedException notDrained(int lane, long millis) {
    return new LaneNotDrainedException(
        "what was written to %s before may still land; it is used in %d ms"
            .formatted(name(lane), millis),
        millis);
  }

  private void requireHolder() throws LaneInUseException {
    if (me == null) {
      throw new LaneInUseException(
          "%s was opened for reading; its lanes are for metadata servers".formatted(table));
    }
  }

  private void requireNobodyElses(int lane, Optional<LaneRecord> found) throws LaneInUseException {
    if (isNobodys(lane)) {
      return;
    }
    if (found.isEmpty()) {
      throw new LaneInUseException("it cannot be read whose %s is".formatted(name(lane)));
    }
    if (!isMyHomes(found.get())) {
      throw new LaneInUseException(
          "%s is that of %s with home %s"
              .formatted(name(lane), found.get().mds(), found.get().home()));
    }
  }

  private boolean isMyHomes(LaneRecord record) {
    return me != null && record.home().equals(me.home()) && !record.isFree();
  }

  private boolean isMine(LaneRecord record) {
    return isMyHomes(record)
        && record.incarnation() == me.incarnation()
        && record.state() == LaneRecord.State.USED;
  }

  /**
   * Makes sure that the lane is still the own one, and that all that was written has landed.
   *
   * <p>Another incarnation of the same home in the table has ended, for the home is locked: what
   * stands there is a write of its that was late. Then the lane is taken again.
   *
   * @throws LaneInUseException when it is another one's
   * @throws LaneNotDrainedException when it may be used again later
   */
  synchronized void require(int lane) throws IOException {
    requireHolder();
    if (attempts.containsKey(lane)) {
      acquire(lane);
    }
    read();
    Optional<LaneRecord> found = decode(lane);
    if (!held.contains(lane) || found.filter(this::isMyHomes).isEmpty()) {
      throw new LaneInUseException("%s is not this process's".formatted(name(lane)));
    }
    if (found.filter(this::isMine).isEmpty()) {
      held.remove(lane);
      throw notDrained(lane, begin(lane, found));
    }
    requireDrained();
  }

  /**
   * Makes sure that all that was written has landed.
   *
   * @throws LaneNotDrainedException when a write has failed, and may be carried out still
   */
  synchronized void requireDrained() throws LaneNotDrainedException {
    long left = undrainedMillis();
    if (left > 0) {
      throw new LaneNotDrainedException(
          "a write to %s has failed and may be carried out still; nothing is written there for %d ms"
              .formatted(table, left),
          left);
    }
  }

  private long undrainedMillis() {
    return failedMillis.map(failed -> failed + drainMillis - me.clock().getAsLong()).orElse(0L);
  }

  /** A write of this process has failed, so that nobody knows whether and when it lands. */
  synchronized void failed() {
    failedMillis = Optional.ofNullable(me).map(one -> one.clock().getAsLong());
  }

  /** Gives a lane up; writes down that nothing is under way if that is so. */
  synchronized void release(int lane) throws IOException {
    attempts.remove(lane);
    if (held.remove(lane)) {
      read();
      if (decode(lane).filter(this::isMine).isEmpty()) {
        LOG.warn("{} is not this process's any more", name(lane));
      } else if (undrainedMillis() <= 0) {
        write(lane, mine(LaneRecord.State.CLEAN));
      }
    }
  }

  /**
   * Makes a lane nobody's, whose home is gone for good. Whoever takes it waits until what its
   * process has written has landed.
   *
   * @return by which name the name service knows who had it; empty for nobody
   * @throws LaneInUseException when it is this process's
   */
  synchronized Optional<String> free(int lane) throws IOException {
    requireHolder();
    if (held.contains(lane) || attempts.containsKey(lane)) {
      throw new LaneInUseException("%s is that of this process".formatted(name(lane)));
    }
    read();
    Optional<LaneRecord> gone = decode(lane);
    if (gone.isEmpty() && !isNobodys(lane)) {
      throw new LaneInUseException("it cannot be read whose %s is".formatted(name(lane)));
    }
    if (gone.isPresent() && !gone.get().isFree()) {
      write(lane, gone.get().freed());
    }
    return gone.map(record -> LaneHolder.name(record.mds(), record.home()));
  }

  /** Gives all lanes up. */
  synchronized void releaseAll() throws IOException {
    for (Integer lane : List.copyOf(held)) {
      release(lane);
    }
  }

  private void read() throws IOException {
    table.read(0, blocks.clear());
  }

  private Optional<LaneRecord> decode(int lane) {
    return LaneRecord.decode(blocks, at(lane), lane, checksum);
  }

  private LaneRecord mine(LaneRecord.State state) {
    return new LaneRecord(me.mds(), me.home(), me.incarnation(), state);
  }

  private void write(int lane, LaneRecord record) throws IOException {
    record.encode(lane, own.clear(), checksum);
    table.write(at(lane), own.clear());
    table.flush();
    read();
    if (decode(lane).filter(record::equals).isEmpty()) {
      throw new IOException(
          "what was written of %s was not there when it was read back: %s"
              .formatted(name(lane), record));
    }
  }

  private String name(int lane) {
    return "lane %d of %s".formatted(lane, table);
  }

  private static int at(int lane) {
    return lane * JournalFormat.BLOCK;
  }
}
