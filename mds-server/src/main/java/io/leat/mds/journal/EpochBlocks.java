package io.leat.mds.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The epoch blocks of all lanes: who claims to own the virtual server, and the check whether
 * somebody newer does. They stand on each of the area's devices; what is said of the blocks below
 * is said of each, and whatever stands on a majority of the devices counts: any two majorities have
 * a device in common.
 *
 * <table>
 * <caption>Layout</caption>
 * <tr><th>at</th><th>what</th></tr>
 * <tr><td>lane x 8192</td><td>{@link EpochBlock} 0 of the lane</td></tr>
 * <tr><td>lane x 8192 + 4096</td><td>{@link EpochBlock} 1 of the lane</td></tr>
 * </table>
 *
 * The blocks of all configured lanes are read in one I/O. A claim is written over the older of its
 * lane's two blocks, so a claim that is cut short destroys no earlier one.
 *
 * <p><b>A block that cannot be read counts as newer</b>, because it may be a completed claim that
 * decayed since: its maker may have scanned the journal and be serving. (A claim that is only being
 * written would be harmless: its maker's scan comes later than this check, and finds what the
 * checker made durable before.) Where there are several devices, one with such a block does not
 * count, as if it could not be read at all.
 *
 * <p><b>One exception: the checker's own lane's other block.</b> It can be neither kind. The
 * checker made sure, when it claimed, that after it both blocks of its lane were readable, and
 * nobody else writes the lane while the checker has acquired it; so what cannot be read now is its
 * own older claim, decayed. A readable block must hold its epoch.
 *
 * <p>Not thread-safe: for the thread of the virtual server's loop. {@link #newest} allocates
 * nothing.
 */
public final class EpochBlocks {

  /** Size of the device, bytes. */
  public static final int BYTES = AreaIdentity.LANES_MAX * EpochCopy.LANE_BYTES;

  private static final int NOT_CLAIMED = -1;

  private final List<EpochCopy> copies;
  private final int lanes;
  private final int majority;

  /** A claim goes to both blocks of its lane: an older write may land over one of them. */
  private final boolean twice;

  private int ownLane = NOT_CLAIMED;

  /** Of the last block that was written here, whether or not that succeeded. */
  private long sequence;

  /** Over the epoch blocks of {@code area}, which stays the caller's. */
  public EpochBlocks(MetadataArea area) {
    AreaIdentity identity = area.identity();
    this.copies = area.epochs().stream().map(one -> new EpochCopy(one, identity)).toList();
    this.lanes = identity.lanes();
    this.majority = identity.majority();
    this.twice = area.isShared();
  }

  /**
   * A second pair of eyes on an epoch that has been claimed already, for another thread: {@link
   * #newest} answers for it.
   *
   * @throws NewerEpochException when the lane does not hold that epoch
   */
  public static EpochBlocks following(MetadataArea area, int lane, long epoch) throws IOException {
    EpochBlocks follower = new EpochBlocks(area);
    List<EpochCopy> read = follower.readMajority();
    long holding = read.stream().filter(copy -> copy.holds(lane, epoch)).count();
    if (holding < follower.majority) {
      throw new NewerEpochException(
          "lane %d does not hold epoch %d in %s".formatted(lane, epoch, read));
    }
    follower.ownLane = lane;
    return follower;
  }

  /**
   * The highest epoch that anyone has claimed, 0 if nobody has. Blocks that cannot be read are left
   * out: {@link #claim} decides about them.
   */
  public long highest() throws IOException {
    return readMajority().stream().mapToLong(EpochCopy::highest).max().orElse(0);
  }

  /**
   * Who has claimed an epoch in each lane last, as far as its blocks can be read; empty where
   * nobody ever has. What cannot be read belongs to a name that nobody has.
   */
  List<Optional<String>> owners() throws IOException {
    List<EpochCopy> read = readMajority();
    List<Optional<String>> owners = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      owners.add(owner(lane, read));
    }
    return owners;
  }

  private static Optional<String> owner(int lane, List<EpochCopy> read) {
    EpochCopy newest = newest(lane, read);
    boolean blank = read.stream().allMatch(copy -> copy.isBlank(lane));
    return blank ? Optional.empty() : Optional.of(newest.owner(lane).orElse(""));
  }

  /** What did not come to a majority may bear the same sequence as what did later. */
  private static EpochCopy newest(int lane, List<EpochCopy> read) {
    return read.stream()
        .max(
            Comparator.<EpochCopy>comparingLong(copy -> copy.epoch(lane))
                .thenComparingLong(copy -> copy.sequence(lane)))
        .orElseThrow();
  }

  /**
   * Claims an epoch, durably. The caller has acquired the lane.
   *
   * @param owner name for people, 1 to 256 bytes in UTF-8
   * @throws NewerEpochException when another lane holds the same or a newer epoch or cannot be
   *     read, or the own lane has already claimed it; try again with a larger one
   */
  public void claim(int lane, long epoch, String owner) throws IOException {
    if (lane < 0 || lane >= lanes || epoch < 1) {
      throw new IllegalArgumentException("epoch %d in lane %d of %d".formatted(epoch, lane, lanes));
    }
    ownLane = NOT_CLAIMED;
    requireNewest(lane, epoch);
    for (EpochCopy copy : copies) {
      if (copy.isRead() && copy.holds(lane, epoch)) {
        throw new NewerEpochException(
            "epoch %d cannot be claimed again: %s of %s has it"
                .formatted(epoch, copy, copy.owner(lane).orElseThrow()));
      }
    }
    write(lane, epoch, owner, Optional.empty());
    if (twice || copies.stream().anyMatch(copy -> copy.isRead() && copy.isDamaged(lane))) {
      write(lane, epoch, owner, Optional.empty());
    }
    requireNewest(lane, epoch);
    ownLane = lane;
  }

  /**
   * Says which devices hold everything that was answered, durably; after {@link #claim} or {@link
   * #following}.
   *
   * @param devices bit i for device i
   */
  void say(int devices, long epoch, String owner) throws IOException {
    readMajority();
    write(ownLane, epoch, owner, Optional.of(new InSync(devices, epoch)));
  }

  /**
   * What the newest owner of all has said that said anything.
   *
   * @throws IOException also when too many blocks cannot be read
   */
  InSync inSync() throws IOException {
    readMajority();
    InSync newest = InSync.UNSAID;
    int sound = 0;
    for (EpochCopy copy : copies) {
      boolean whole = copy.isRead();
      for (int lane = 0; lane < lanes; lane++) {
        whole &= copy.isRead() && !copy.isDamaged(lane);
      }
      sound += whole ? 1 : 0;
    }
    if (sound < majority) {
      throw new IOException(
          "of the epoch blocks in %s those of %d devices can be read, and %d are needed"
              .formatted(copies, sound, majority));
    }
    for (int lane = 0; lane < lanes; lane++) {
      InSync said = said(lane);
      newest = said.epoch() > newest.epoch() ? said : newest;
    }
    return newest;
  }

  /**
   * All blocks, {@link #BYTES}, each lane's as on that device which has the newest: for one that
   * takes another one's place.
   */
  ByteBuffer merged() throws IOException {
    List<EpochCopy> read = readMajority();
    ByteBuffer all = ByteBuffer.allocate(BYTES);
    for (int lane = 0; lane < lanes; lane++) {
      newest(lane, read).put(lane, all);
    }
    return all;
  }

  /**
   * Forgets who has claimed anything in a lane, on all devices; after {@link #following}. The
   * caller has acquired the lane, so that nobody claims there any more.
   *
   * @param epoch the own one; it is newer than what is forgotten
   * @throws NewerEpochException when it is not the newest of all
   */
  void forget(int lane, long epoch) throws IOException {
    requireNewest(epoch);
    readMajority();
    for (EpochCopy copy : copies) {
      copy.erase(lane);
    }
  }

  /**
   * Makes sure of an epoch that was claimed here.
   *
   * @throws NewerEpochException when it is not the newest of all
   */
  void requireNewest(long epoch) throws IOException {
    if (!newest(epoch)) {
      throw new NewerEpochException("epoch %d is not the newest any more".formatted(epoch));
    }
  }

  /** What a lane's owner has said last, of those copies that were read. */
  private InSync said(int lane) {
    return copies.stream()
        .filter(EpochCopy::isRead)
        .max(
            Comparator.<EpochCopy>comparingLong(copy -> copy.inSync(lane).epoch())
                .thenComparingLong(copy -> copy.sequence(lane)))
        .orElseThrow()
        .inSync(lane);
  }

  /**
   * Writes over the older block of the lane on each device, and reads everything again.
   *
   * @param said what is new about the devices; none for what was said in this lane before
   */
  private void write(int lane, long epoch, String owner, Optional<InSync> said) throws IOException {
    for (EpochCopy copy : copies) {
      sequence = Math.max(sequence, copy.isRead() ? copy.sequence(lane) : 0);
    }
    sequence++;
    EpochBlock block =
        new EpochBlock(lane, epoch, sequence, owner, said.orElseGet(() -> said(lane)));
    int written = 0;
    IOException failure = null;
    for (EpochCopy copy : copies) {
      try {
        if (copy.isRead()) {
          copy.write(block);
          written++;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
    if (written < majority) {
      throw failure == null ? notRead() : failure;
    }
  }

  private void requireNewest(int lane, long epoch) throws IOException {
    int fine = 0;
    String doubt = "";
    for (EpochCopy copy : readMajority()) {
      int blocking = copy.blocking(lane, epoch);
      if (blocking == EpochCopy.NONE) {
        fine++;
      } else if (copy.isReadable(blocking)) {
        throw refused(lane, epoch, copy.describe(blocking));
      } else {
        doubt = copy.describe(blocking);
      }
    }
    if (fine < majority) {
      throw refused(lane, epoch, doubt);
    }
  }

  private static NewerEpochException refused(int lane, long epoch, String why) {
    return new NewerEpochException(
        "epoch %d cannot be claimed in lane %d: %s".formatted(epoch, lane, why));
  }

  /**
   * Whether {@code epoch}, which was claimed here, is the newest of all; one read of each device,
   * until there is a majority. If so, whatever was durable when this was called will be seen by
   * every newer owner.
   *
   * @throws IOException when the blocks could not be read: the answer is unknown
   */
  public boolean newest(long epoch) throws IOException {
    int fine = 0;
    int failed = 0;
    for (int i = 0; ownLane != NOT_CLAIMED && fine < majority && i < copies.size(); i++) {
      EpochCopy copy = copies.get(i);
      if (!copy.read()) {
        failed++;
        continue;
      }
      int blocking = copy.blocking(ownLane, epoch);
      if (blocking == EpochCopy.NONE) {
        fine += copy.holds(ownLane, epoch) ? 1 : 0;
      } else if (copy.isReadable(blocking)) {
        return false;
      }
    }
    if (fine < majority && failed > 0) {
      throw notRead();
    }
    return fine >= majority;
  }

  /** Reads all devices; those that could be read. */
  private List<EpochCopy> readMajority() throws IOException {
    copies.forEach(EpochCopy::read);
    List<EpochCopy> read = copies.stream().filter(EpochCopy::isRead).toList();
    if (read.size() < majority) {
      throw notRead();
    }
    return read;
  }

  private IOException notRead() {
    IOException first =
        copies.stream().filter(copy -> !copy.isRead()).findFirst().orElseThrow().failure();
    return new IOException(
        "the epoch blocks cannot be used on a majority of devices: " + first.getMessage(), first);
  }
}
