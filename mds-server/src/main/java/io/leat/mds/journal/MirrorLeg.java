package io.leat.mds.journal;

import io.leat.mds.journal.MirroredArea.Member;
import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device of a {@link MirroredArea}: the area on it, while it can be used, and why not, while it
 * cannot. A call that does not return in time has failed; until it has returned all the same, the
 * device is left alone. Any thread; attaching and detaching are for one at a time.
 */
final class MirrorLeg implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(MirrorLeg.class);

  /** Something that is done with the area on a device. */
  @FunctionalInterface
  interface Call {
    void on(MetadataArea area) throws IOException;
  }

  /** Something that is done. */
  @FunctionalInterface
  private interface Task {
    void run() throws IOException;
  }

  private final int index;
  private final Member member;
  private final Executor threads;

  /** Calls that did not return in time, and have not returned since. */
  private final AtomicInteger late = new AtomicInteger();

  private final Set<Integer> lanes = new TreeSet<>();

  /** What it says that was found here last and knew of a replacement; null if nothing did. */
  private AreaIdentity newer;

  /** Null while it is not attached. */
  private volatile MetadataArea area;

  private volatile String problem = "";

  /**
   * @param index from 0
   * @param threads that make the calls; one that makes them at once takes as long as they take
   */
  MirrorLeg(int index, Member member, Executor threads) {
    this.index = index;
    this.member = member;
    this.threads = threads;
  }

  /** Its bit in a set of devices. */
  int bit() {
    return 1 << index;
  }

  int index() {
    return index;
  }

  /** Whether it is attached, and nothing is known to be wrong. */
  boolean isSound() {
    return area != null && problem.isEmpty() && late.get() == 0;
  }

  /** Why it is not used; empty when it is. */
  String problem() {
    return problem;
  }

  /** Notes what is wrong. */
  void failed(IOException e) {
    problem = e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** It is tried on. */
  void forgive() {
    problem = "";
  }

  /** The area on it. */
  MetadataArea area() throws IOException {
    MetadataArea attached = area;
    if (attached == null) {
      throw new IOException("%s is not there: %s".formatted(this, problem));
    }
    return attached;
  }

  /**
   * Opens the area anew and acquires the lanes that are held; notes what is wrong if that fails.
   *
   * @param expected what it has to be; null if that is not known
   */
  void attach(AreaIdentity expected) {
    try {
      if (late.get() > 0) {
        throw new IOException(this + " hangs");
      }
      detach();
      area = open(expected); // not before it was looked at: others use it from here on
      problem = "";
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be used", this, e);
      failed(e instanceof IOException io ? io : new IOException(e));
    }
  }

  /** What it knows more, if it was found out and refused since this was asked last. */
  Optional<AreaIdentity> takeNewer() {
    Optional<AreaIdentity> taken = Optional.ofNullable(newer);
    newer = null;
    return taken;
  }

  private MetadataArea open(AreaIdentity expected) throws IOException {
    MetadataArea opened = member.opener().open();
    try {
      requireExpected(opened.identity(), expected);
      for (int lane : lanes) {
        opened.acquireLane(lane);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      closeHere(opened);
      throw e;
    }
  }

  /** Detaches it, and notes why, when it is not what it has to be. */
  void require(AreaIdentity expected) {
    try {
      if (isSound()) {
        requireExpected(area().identity(), expected);
      }
    } catch (IOException e) {
      failed(e);
      detach();
    }
  }

  private void requireExpected(AreaIdentity found, AreaIdentity expected) throws IOException {
    if (found.devices() != AreaIdentity.DEVICES_MAX) {
      throw new ForeignAreaException(this + " is a metadata area on one device");
    }
    if (found.device() != index) {
      throw new ForeignAreaException(
          "%s is device %d of %d, and stands in the place of device %d"
              .formatted(this, found.device() + 1, found.devices(), index + 1));
    }
    if (expected != null) {
      requireSame(found, expected);
    }
  }

  private void requireSame(AreaIdentity found, AreaIdentity expected) throws IOException {
    if (!found.onDevice(0, expected.devices()).with(expected.generations()).equals(expected)) {
      throw new ForeignAreaException(
          "%s is of area %s, not of %s".formatted(this, found.uuid(), expected.uuid()));
    }
    if (found.knowsMoreThan(expected)) {
      newer = found;
      throw new ForeignAreaException(
          "%s knows of a device that was replaced since the area was opened".formatted(this));
    }
    if (found.generation() != expected.generations().get(index)) {
      throw new ForeignAreaException(
          "%s has been replaced; nothing of it counts any more".formatted(this));
    }
  }

  /** It is not to be used again. */
  void forsake() {
    detach();
    failed(new IOException("it is being replaced"));
  }

  private void detach() {
    MetadataArea attached = area;
    area = null;
    if (attached != null) {
      close(attached);
    }
  }

  /** Closes something of this device; not here while it hangs, for that might wait for it. */
  void close(Closeable closeable) {
    if (late.get() > 0) {
      threads.execute(() -> closeHere(closeable));
    } else {
      closeHere(closeable);
    }
  }

  private void closeHere(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.warn("{}: {} could not be closed", this, closeable, e);
    }
  }

  /**
   * Acquires a lane there, now if it is attached, and whenever it is attached again.
   *
   * @return whether it was acquired now
   * @throws LaneInUseException when it has another writer there
   * @throws ForeignAreaException when another device was replaced since it was attached
   */
  boolean acquireLane(int lane) throws IOException {
    boolean acquired = isSound();
    try {
      if (acquired) {
        area().acquireLane(lane);
      }
    } catch (LaneInUseException | ForeignAreaException e) {
      throw e;
    } catch (IOException e) {
      failed(e);
      acquired = false;
    }
    lanes.add(lane);
    return acquired;
  }

  /** Gives a lane up. */
  void releaseLane(int lane) throws IOException {
    lanes.remove(lane);
    MetadataArea attached = area;
    if (attached != null) {
      attached.releaseLane(lane);
    }
  }

  /** Begins a call. */
  Begun begin(Call call) {
    try {
      if (late.get() > 0) {
        throw new IOException(this + " hangs");
      }
      MetadataArea attached = area();
      return begin(() -> call.on(attached));
    } catch (IOException e) {
      return refused(e);
    }
  }

  private Begun begin(Task task) {
    try {
      return new Begun(CompletableFuture.runAsync(() -> run(task), threads));
    } catch (RejectedExecutionException e) {
      return refused(new IOException(this + " has too many calls under way", e));
    }
  }

  /**
   * Makes it anew, where it is not attached and no call to it is under way.
   *
   * @param identity of this device
   */
  void make(AreaIdentity identity, ByteBuffer epochs, String configuration, long millis)
      throws IOException {
    await(begin(() -> member.maker().make(identity, epochs, configuration)), millis);
  }

  /** Makes sure that what is there now is blank. */
  void requireBlank(long millis) throws IOException {
    requireReturned();
    await(begin(member.maker()::requireBlank), millis);
  }

  /** Makes sure that no call is under way still that did not return in time. */
  void requireReturned() throws IOException {
    if (late.get() > 0) {
      throw new IOException(
          "a call to %s has not returned; start this server again first".formatted(this));
    }
  }

  private Begun refused(IOException why) {
    return new Begun(CompletableFuture.failedFuture(new UncheckedIOException(why)));
  }

  /** Makes a call that has to end in time. */
  void call(Call call, long millis) throws IOException {
    await(begin(call), millis);
  }

  private static void await(Begun begun, long millis) throws IOException {
    if (!begun.awaitEnd(millis)) {
      throw begun.giveUp();
    }
  }

  private static void run(Task task) {
    try {
      task.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A call that has begun. */
  final class Begun {
    private final CompletableFuture<Void> future;

    private Begun(CompletableFuture<Void> future) {
      this.future = future;
    }

    /**
     * Waits for its end.
     *
     * @return false when it has not come in time
     * @throws IOException when the call has failed
     */
    boolean awaitEnd(long millis) throws IOException {
      try {
        future.get(millis, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        LOG.debug("{} has not answered for {} ms", MirrorLeg.this, millis, e);
        return false;
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        IOException late = giveUp();
        late.addSuppressed(e);
        throw late;
      }
    }

    private static IOException failure(Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof UncheckedIOException e ? e.getCause() : new IOException(cause);
    }

    /** It did not end in time, and the device is left alone until it does. */
    IOException giveUp() {
      late.incrementAndGet();
      var unused = future.whenComplete((nothing, failure) -> late.decrementAndGet());
      return new IOException(MirrorLeg.this + " hangs: a call to it did not return in time");
    }
  }

  /** One of the devices of the area, whichever is attached at the time of each call. */
  Device device(Function<MetadataArea, Device> which, int bytes, long millis) {
    return new Attached(which, bytes, millis);
  }

  private final class Attached implements Device {

    private final Function<MetadataArea, Device> which;
    private final int bytes;
    private final long millis;

    Attached(Function<MetadataArea, Device> which, int bytes, long millis) {
      this.which = which;
      this.bytes = bytes;
      this.millis = millis;
    }

    @Override
    public long size() {
      return bytes;
    }

    @Override
    public int alignment() {
      return JournalFormat.BLOCK;
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      try {
        which.apply(area()).read(offset, dst);
      } catch (IOException e) {
        throw noted(e);
      }
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
      ByteBuffer view = src.duplicate();
      attempt(on -> which.apply(on).write(offset, view));
      src.position(src.limit());
    }

    @Override
    public void flush() throws IOException {
      attempt(on -> which.apply(on).flush());
    }

    private void attempt(Call call) throws IOException {
      try {
        call(call, millis);
      } catch (IOException e) {
        throw noted(e);
      }
    }

    /** It may be the only sign that something is wrong. */
    private IOException noted(IOException e) {
      if (isSound()) {
        failed(e);
      }
      return e;
    }

    @Override
    public void close() {
      // It is the area's.
    }

    @Override
    public String toString() {
      return member.name();
    }
  }

  @Override
  public void close() {
    detach();
  }

  @Override
  public String toString() {
    return member.name();
  }
}
