package io.leat.mds.journal;

import io.leat.mds.journal.MirrorLeg.Call;
import io.leat.volume.Device;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A metadata area on several devices, of which a majority is enough.
 *
 * <p><b>In sync</b> are those devices that hold everything that was answered. Every write goes to
 * all of them, and has succeeded when it is on all; so whoever reads, reads from any one. A device
 * that fails, or does not answer in time, is left out from then on: the owner first says so in its
 * epoch block ({@link EpochBlocks#say}), on a majority of the devices, then the write has
 * succeeded. Without a majority in sync nothing is written.
 *
 * <p><b>Taking over.</b> A new owner finds out who is in sync after its claim stands on a majority.
 * If an older owner's change is not seen there, then it came later than the claim on some device,
 * and so does the epoch check that would have to follow it: nothing rests on it. Before the new
 * owner writes anything but its claim, it says which of the devices in sync it can write ({@link
 * #own}).
 *
 * <p><b>Coming back.</b> A device that can be used again ({@link #admit}) holds the remains of
 * earlier times, and they do not count, for nobody reads them: the owner erases its own segments
 * there, begins a segment with a batch that is on this device too, and makes a checkpoint after
 * that. So whatever a recovery needs is there, and the device is in sync again ({@link #admitted}).
 * The other lanes' remains are older than all that.
 *
 * <p>Any thread.
 */
public final class MirroredArea implements MetadataArea {

  private static final Logger LOG = LoggerFactory.getLogger(MirroredArea.class);

  /** The loop waits for what is written to the journal: a device that takes longer is left out. */
  private static final long WRITE_MILLIS_MAX = 1_000;

  /** Of epoch blocks: more than what a flush takes beside a checkpoint. */
  private static final long EPOCH_MILLIS_MAX = 5_000;

  /** Of mailboxes: the heartbeat must not stand still for long. */
  private static final long MAIL_MILLIS_MAX = 100;

  /** What nobody waits for: flushes of checkpoints, segments of zeros. */
  static final long LONG_WRITE_MILLIS_MAX = 30_000;

  /** Calls that are under way at a time. */
  private static final int THREADS_MAX = 64;

  private static final long THREAD_IDLE_SECONDS = 10;

  private static final AtomicInteger THREADS_MADE = new AtomicInteger();

  /** Opens the area on one device. */
  @FunctionalInterface
  public interface Opener {
    MetadataArea open() throws IOException;
  }

  /** Makes the area on a blank device that is to take another one's place. */
  @FunctionalInterface
  public interface Maker {

    /**
     * Makes sure that there is one.
     *
     * @throws IOException when there is none, or it is not blank
     */
    default void requireBlank() throws IOException {}

    /**
     * Makes it, durably.
     *
     * @param identity of this device
     * @param epochs {@link EpochBlocks#BYTES}
     * @param configuration as {@link MetadataArea#configure}
     */
    void make(AreaIdentity identity, ByteBuffer epochs, String configuration) throws IOException;
  }

  /**
   * One of the devices.
   *
   * @param name for people
   * @param opener opens what is there
   * @param maker makes it anew
   */
  public record Member(String name, Opener opener, Maker maker) {

    /** One that cannot be replaced. */
    public Member(String name, Opener opener) {
      this(
          name,
          opener,
          (identity, epochs, configuration) -> {
            throw new IOException(name + " cannot be replaced");
          });
    }
  }

  /** Changed under the monitor. */
  private volatile AreaIdentity identity;

  private final List<MirrorLeg> legs;
  private final List<Device> epochs = new ArrayList<>();
  private final List<Device> mailboxes = new ArrayList<>();

  private final Executor threads;

  // What follows is changed under the monitor.
  private volatile int inSync;
  private volatile int joining;
  private volatile int first;

  /** It may have been said that devices are in sync, or not. */
  private volatile boolean unknown;

  /** Null for who is no owner. */
  private EpochBlocks ownerBlocks;

  private long ownerEpoch;
  private String owner;
  private int ownerLane;

  private MirroredArea(List<Member> members, Executor threads) throws IOException {
    this.threads = threads;
    List<MirrorLeg> all = new ArrayList<>();
    for (Member member : members) {
      all.add(new MirrorLeg(all.size(), member, threads));
    }
    this.legs = List.copyOf(all);
    for (MirrorLeg leg : legs) {
      leg.attach(null);
      epochs.add(leg.device(on -> on.epochs().get(0), EpochBlocks.BYTES, EPOCH_MILLIS_MAX));
      mailboxes.add(leg.device(on -> on.mailboxes().get(0), Mailboxes.BYTES, MAIL_MILLIS_MAX));
    }
    this.identity = inForce();
    legs.forEach(leg -> leg.require(identity));
    try {
      requireMajority();
      look();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** That of the first device, with what those know that know most; null if there is none. */
  private AreaIdentity inForce() throws IOException {
    AreaIdentity known = null;
    for (MirrorLeg leg : legs) {
      if (leg.isSound()) {
        AreaIdentity found = leg.area().identity().onDevice(0, legs.size());
        known = known == null ? found : known;
        boolean more = found.newestGeneration() > known.newestGeneration();
        known = more && found.uuid().equals(known.uuid()) ? found : known;
      }
    }
    return known;
  }

  /**
   * Opens an area on the devices that can be used.
   *
   * @param members in their order, which is the area's for ever
   * @throws IOException when they are no majority
   */
  public static MirroredArea open(List<Member> members) throws IOException {
    Executor threads =
        new ThreadPoolExecutor(
            0,
            THREADS_MAX,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            MirroredArea::thread);
    return new MirroredArea(members, threads);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "leat-mirror-" + THREADS_MADE.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** As the other; all calls are made one after the other by the calling thread. */
  public static MirroredArea inline(List<Member> members) throws IOException {
    return new MirroredArea(members, Runnable::run);
  }

  /** The set of those devices that are such. */
  int bits(Predicate<MirrorLeg> such) {
    return legs.stream().filter(such).mapToInt(MirrorLeg::bit).sum();
  }

  private boolean isMajority(int devices) {
    return Integer.bitCount(devices) >= identity.majority();
  }

  private void requireMajority() throws IOException {
    int sound = bits(MirrorLeg::isSound);
    if (Integer.bitCount(sound) <= legs.size() / 2) {
      throw lost("of the metadata area can be used", sound);
    }
  }

  private IOException lost(String what, int sound) {
    List<String> problems =
        legs.stream()
            .filter(leg -> (sound & leg.bit()) == 0)
            .map(leg -> leg + (leg.problem().isEmpty() ? " is not in sync" : ": " + leg.problem()))
            .toList();
    return new IOException(
        "%d of %d devices %s: %s"
            .formatted(Integer.bitCount(sound), legs.size(), what, String.join("; ", problems)));
  }

  @Override
  public List<DeviceState> devices() {
    return legs.stream()
        .map(leg -> new DeviceState(leg.toString(), (inSync & leg.bit()) != 0, leg.problem()))
        .toList();
  }

  @Override
  public AreaIdentity identity() {
    return identity;
  }

  @Override
  public List<Device> epochs() {
    return epochs;
  }

  @Override
  public List<Device> mailboxes() {
    return mailboxes;
  }

  // ---- who is in sync -------------------------------------------------------------------------

  @Override
  public synchronized void look() throws IOException {
    if (ownerBlocks == null) {
      findInSync();
    }
    int readable = inSync & bits(MirrorLeg::isSound);
    if (readable == 0) {
      throw lost("hold everything that was answered and can be read", readable);
    }
    do {
      first = (first + 1) % legs.size();
    } while ((readable & legs.get(first).bit()) == 0);
  }

  private void findInSync() throws IOException {
    joining = 0;
    unknown = false;
    attachAll();
    boolean learned = false;
    for (MirrorLeg leg : legs) {
      learned |= leg.takeNewer().map(this::learn).orElse(false);
    }
    if (learned) {
      legs.forEach(leg -> leg.require(identity));
      attachAll();
    }
    requireMajority();
    int said = new EpochBlocks(this).inSync().devices();
    inSync = said == 0 ? bits(leg -> true) : said;
  }

  private void attachAll() {
    legs.stream().filter(leg -> !leg.isSound()).forEach(leg -> leg.attach(identity));
  }

  /** Another process has replaced a device, or has begun to; returns whether that is new. */
  private boolean learn(AreaIdentity newer) {
    boolean more = !identity.knowsMoreThan(newer);
    identity = more ? identity.with(newer.generations()) : identity;
    return more;
  }

  @Override
  public synchronized void own(int lane, long epoch, String name) throws IOException {
    inSync &= bits(MirrorLeg::isSound);
    if (!isMajority(inSync)) {
      throw lost("are in sync and can be written", inSync);
    }
    EpochBlocks blocks = EpochBlocks.following(this, lane, epoch);
    blocks.say(inSync, epoch, name);
    ownerBlocks = blocks;
    ownerEpoch = epoch;
    ownerLane = lane;
    owner = name;
  }

  @Override
  public synchronized void disown() {
    ownerBlocks = null;
    joining = 0;
  }

  /** Those of a set, beginning with the one that is read from first. */
  private List<MirrorLeg> inOrder(int set) {
    List<MirrorLeg> order = new ArrayList<>();
    for (int i = 0; i < legs.size(); i++) {
      MirrorLeg leg = legs.get((first + i) % legs.size());
      if ((set & leg.bit()) != 0 && leg.isSound()) {
        order.add(leg);
      }
    }
    return order;
  }

  @Override
  public synchronized boolean admit() throws IOException {
    if (ownerBlocks == null || unknown) {
      return false;
    }
    for (MirrorLeg leg : legs) {
      if ((inSync & leg.bit()) != 0 && !leg.isSound()) {
        leaveOutOrForgive(leg);
      }
      if (((inSync | joining) & leg.bit()) == 0) {
        leg.attach(identity);
        joining |= leg.bit();
      }
    }
    requireSoundJoining();
    if (joining == 0) {
      return false;
    }
    ownerBlocks.say(inSync, ownerEpoch, owner);
    // Whoever has claimed a newer epoch before this, and did not see what was said, is seen here.
    ownerBlocks.requireNewest(ownerEpoch);
    for (MirrorLeg leg : inOrder(joining)) {
      try {
        prepare(leg.area());
      } catch (IOException e) {
        leg.failed(e);
      }
    }
    requireSoundJoining();
    return joining != 0;
  }

  private void requireSoundJoining() {
    joining &= bits(MirrorLeg::isSound);
  }

  /** Where too few would be left, a device that has failed once is tried on. */
  private void leaveOutOrForgive(MirrorLeg leg) throws IOException {
    if (isMajority(inSync & ~leg.bit())) {
      leaveOut(Map.of(leg, new IOException(leg.problem())));
    } else {
      leg.forgive();
    }
  }

  /** Makes sure that the own claim is there, and that no segment of the own lane counts there. */
  private void prepare(MetadataArea area) throws IOException {
    EpochCopy epochs = new EpochCopy(area.epochs().get(0), identity);
    if (!epochs.read() || !epochs.holds(ownerLane, ownerEpoch)) {
      throw new IOException("its epoch blocks cannot be written");
    }
    for (SegmentSlot slot : segments(ownerLane)) {
      make(area, slot); // so that the loop has not to
    }
    ByteBuffer zeros = JournalFormat.allocate(JournalFormat.BLOCK);
    for (SegmentSlot slot : area.segments(ownerLane)) {
      try (Device device = area.openToWrite(slot)) {
        device.write(0, zeros.clear());
        device.flush();
      }
    }
  }

  @Override
  public synchronized boolean admitted() throws IOException {
    requireSoundJoining();
    if (joining == 0 || ownerBlocks == null) {
      return false;
    }
    int all = inSync | joining;
    // Whoever reads may believe it from the moment at which the first device has it.
    inSync = all;
    joining = 0;
    try {
      ownerBlocks.say(all, ownerEpoch, owner);
    } catch (IOException e) {
      unknown = true;
      throw e;
    }
    LOG.info("{}: all of {} are in sync", identity.virtualServer(), inOrder(all));
    return true;
  }

  /**
   * As {@link MetadataArea} has it.
   *
   * <p>Whoever may claim has acquired a lane on a majority of the devices, and looks then whether
   * the area has changed since it was opened; so while this has all lanes, nobody counts the lost
   * device, and whoever comes later finds on one of the other two that it does not count.
   */
  @Override
  public void replaceDevice(String device, String configuration) throws IOException {
    MirrorLeg lost = leg(device);
    lost.requireBlank(EPOCH_MILLIS_MAX); // or it would be lost for nothing
    ByteBuffer blocks = forsake(lost);
    lost.make(
        identity.onDevice(lost.index(), legs.size()), blocks, configuration, LONG_WRITE_MILLIS_MAX);
    LOG.warn("{}: {} is a new device", identity.virtualServer(), lost);
  }

  private MirrorLeg leg(String name) throws IOException {
    return legs.stream()
        .filter(leg -> leg.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("%s is none of the devices %s".formatted(name, legs)));
  }

  /**
   * Makes sure that a device counts never again.
   *
   * @return the epoch blocks for its successor
   */
  private synchronized ByteBuffer forsake(MirrorLeg lost) throws IOException {
    if (ownerBlocks == null || unknown) {
      throw new IOException("%s is not owned here, or only just".formatted(this));
    }
    lost.requireReturned();
    if ((inSync & lost.bit()) != 0) {
      requireLost(lost);
    }
    int others = bits(leg -> leg != lost);
    List<MirrorLeg> survivors = inOrder(others);
    if (inSync != others || survivors.size() != Integer.bitCount(others)) {
      throw lost("are in sync; all others have to be", inSync & bits(MirrorLeg::isSound));
    }
    try (LaneLockout lockout = LaneLockout.of(survivors, identity.lanes(), ownerLane)) {
      LOG.debug("{}: {} is replaced under {}", identity.virtualServer(), lost, lockout);
      joining &= ~lost.bit();
      lost.forsake();
      // On both others, so that a claim which counts with the lost device is seen or will fail.
      ownerBlocks.say(inSync, ownerEpoch, owner);
      ownerBlocks.requireNewest(ownerEpoch);
      // First here: from now on it is not taken in again, whatever has been written.
      identity = identity.replacing(lost.index(), nextGeneration(survivors));
      for (MirrorLeg leg : survivors) {
        leg.call(
            area -> area.identify(identity.onDevice(leg.index(), legs.size())),
            LONG_WRITE_MILLIS_MAX);
      }
      return ownerBlocks.merged();
    }
  }

  /** One that is in sync may be lost without the owner having noticed. */
  private void requireLost(MirrorLeg leg) throws IOException {
    if (leg.isSound()) {
      try {
        leg.call(area -> area.segments(ownerLane), EPOCH_MILLIS_MAX);
        throw new IOException(
            "%s is in sync and can be used; a device is replaced that is lost".formatted(leg));
      } catch (ForeignAreaException e) {
        leg.failed(e);
      }
    }
    leaveOut(Map.of(leg, new IOException(leg.problem())));
  }

  /** A number that none of the devices can have had. */
  private int nextGeneration(List<MirrorLeg> survivors) throws IOException {
    int newest = identity.newestGeneration();
    for (MirrorLeg leg : survivors) {
      newest = Math.max(newest, leg.area().identity().newestGeneration());
    }
    return newest + 1;
  }

  // ---- writing --------------------------------------------------------------------------------

  /** Makes the same call for each of some devices. */
  private void onAll(int devices, Call call) throws IOException {
    Call[] calls = new Call[legs.size()];
    Arrays.fill(calls, call);
    onAll(devices, LONG_WRITE_MILLIS_MAX, calls);
  }

  /**
   * Makes a call for each of some devices at the same time, and leaves out those that fail. One
   * that takes longer is left out only when enough others have ended: if all are slow, they are
   * waited for.
   */
  void onAll(int devices, long millis, Call[] calls) throws IOException {
    if (unknown) {
      throw new IOException("it is not known which metadata devices are in sync");
    }
    MirrorCalls made = new MirrorCalls();
    for (MirrorLeg leg : legs) {
      if ((devices & leg.bit()) != 0) {
        made.begin(leg, calls[leg.index()]);
      }
    }
    made.await(millis);
    if (!isMajority(made.done() & inSync)) {
      made.await(LONG_WRITE_MILLIS_MAX);
    }
    Map<MirrorLeg, IOException> failures = made.giveUp();
    if (!failures.isEmpty()) {
      leaveOut(failures);
    }
  }

  /**
   * Goes on without some devices.
   *
   * @param failures what is wrong with them
   * @throws IOException one of these, when too few would be left: then nothing has changed
   */
  private synchronized void leaveOut(Map<MirrorLeg, IOException> failures) throws IOException {
    int failed = bits(failures::containsKey);
    int left = inSync & ~failed;
    if (!isMajority(left)) {
      throw failures.values().iterator().next();
    }
    joining &= ~failed;
    failures.forEach(MirrorLeg::failed);
    if (left == inSync) {
      return;
    }
    if (ownerBlocks != null) {
      ownerBlocks.say(left, ownerEpoch, owner);
      LOG.error("{}: goes on without {}", identity.virtualServer(), failures);
    }
    inSync = left;
  }

  List<MirrorLeg> legs() {
    return legs;
  }

  /** The set of those that hold everything. */
  int inSync() {
    return inSync;
  }

  /** The set of those that are written. */
  int targets() {
    int coming = joining; // first, for it is in sync before it is not joining any more
    return coming | inSync;
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    onAll(targets(), area -> make(area, slot));
  }

  /** It may be there from earlier times, or from an attempt that has failed elsewhere. */
  private static void make(MetadataArea area, SegmentSlot slot) throws IOException {
    try {
      area.createSegment(slot);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is there already", slot, e);
    }
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    return new MirrorWriter(this, WRITE_MILLIS_MAX).open(area -> openOrMake(area, slot));
  }

  private static Device openOrMake(MetadataArea area, SegmentSlot slot) throws IOException {
    try {
      return area.openToWrite(slot);
    } catch (NoSuchFileException e) {
      LOG.debug("{} is made where it is missing", slot, e);
      area.createSegment(slot);
      return area.openToWrite(slot);
    }
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    return new MirrorWriter(this, LONG_WRITE_MILLIS_MAX)
        .open(area -> area.openToWrite(slot, bytes));
  }

  @Override
  public void configure(String text) throws IOException {
    onAll(bits(MirrorLeg::isSound), area -> area.configure(text));
  }

  // ---- reading --------------------------------------------------------------------------------

  /** Who owns says so; for who is about to, it will not be one of those that it owns. */
  void cannotBeRead(MirrorLeg leg, IOException e) throws IOException {
    boolean owns;
    synchronized (this) {
      owns = ownerBlocks != null;
    }
    if (owns) {
      leaveOut(Map.of(leg, e));
    } else {
      leg.failed(e);
    }
  }

  /** Reads from one of the devices. */
  @FunctionalInterface
  interface ReadCall {
    void from(MirrorLeg leg) throws IOException;
  }

  /**
   * Reads from the first of some devices that can be read.
   *
   * @throws NoSuchFileException when it does not have what is looked for
   */
  void readAny(int devices, ReadCall call) throws IOException {
    IOException failure = null;
    for (MirrorLeg leg : inOrder(devices)) {
      try {
        call.from(leg);
        return;
      } catch (NoSuchFileException e) {
        throw e;
      } catch (IOException e) {
        LOG.warn("{} cannot be read, another device is tried: {}", leg, e.getMessage());
        cannotBeRead(leg, e);
        failure = e;
      }
    }
    throw failure == null ? lost("can be read", 0) : failure;
  }

  @Override
  public <T> List<T> readEach(Reading<T> reading) throws IOException {
    List<T> results = new ArrayList<>();
    IOException failure = null;
    for (MirrorLeg leg : inOrder(inSync)) {
      try {
        results.add(reading.from(leg.area()));
      } catch (IOException e) {
        cannotBeRead(leg, e);
        failure = e;
      }
    }
    if (results.isEmpty()) {
      throw failure == null ? lost("can be read", 0) : failure;
    }
    return results;
  }

  @Override
  public List<SegmentSlot> segments(int lane) throws IOException {
    List<SegmentSlot> slots = new ArrayList<>();
    readAny(inSync, leg -> slots.addAll(leg.area().segments(lane)));
    return slots;
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return new MirrorReader(this, area -> Optional.of(area.openToRead(slot)), slot)
        .open()
        .orElseThrow();
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) throws IOException {
    return new MirrorReader(this, area -> area.openToRead(slot), slot).open();
  }

  @Override
  public List<String> configurations() throws IOException {
    List<String> found = new ArrayList<>();
    IOException failure = null;
    for (MirrorLeg leg : inOrder(bits(MirrorLeg::isSound))) {
      try {
        found.addAll(leg.area().configurations());
      } catch (IOException e) {
        failure = e;
      }
    }
    if (found.isEmpty() && failure != null) {
      throw failure;
    }
    return found;
  }

  // ---- lanes ----------------------------------------------------------------------------------

  @Override
  public synchronized void acquireLane(int lane) throws IOException {
    List<MirrorLeg> asked = new ArrayList<>();
    int acquired = 0;
    try {
      for (MirrorLeg leg : legs) {
        acquired |= leg.acquireLane(lane) ? leg.bit() : 0;
        asked.add(leg);
      }
      if (!isMajority(acquired)) {
        throw lost("let lane %d be acquired".formatted(lane), acquired);
      }
    } catch (IOException e) {
      for (MirrorLeg leg : asked) {
        JournalWriter.closeAfter(e, () -> leg.releaseLane(lane));
      }
      throw e;
    }
  }

  @Override
  public synchronized void releaseLane(int lane) throws IOException {
    for (MirrorLeg leg : legs) {
      leg.releaseLane(lane);
    }
  }

  @Override
  public boolean isLaneFree(int lane) throws IOException {
    int free = 0;
    for (MirrorLeg leg : inOrder(bits(MirrorLeg::isSound))) {
      try {
        if (!leg.area().isLaneFree(lane)) {
          return false;
        }
        free |= leg.bit();
      } catch (IOException e) {
        LOG.debug("{} does not say whether lane {} is free", leg, lane, e);
      }
    }
    return isMajority(free);
  }

  @Override
  public void close() throws IOException {
    legs.forEach(MirrorLeg::close);
    if (threads instanceof ExecutorService own) {
      own.shutdown();
    }
  }

  @Override
  public String toString() {
    return legs.toString();
  }
}
