package io.leat.mds.sim;

import com.google.protobuf.ByteString;
import io.leat.client.engine.ClientEngine;
import io.leat.client.engine.EngineConfig;
import io.leat.client.engine.Environment;
import io.leat.client.engine.StreamContext;
import io.leat.client.engine.WriteBuffers;
import io.leat.volume.Device;
import io.leat.volume.FaultPolicy;
import io.leat.volume.FaultyDevice;
import io.leat.volume.ForwardingDevice;
import io.leat.volume.Volume;
import io.leat.wire.proto.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A client process: an engine, its clocks and its path to the volume. Whatever reaches the engine
 * waits while the process is paused, and is dropped once it is dead.
 */
final class SimProcess implements Environment, StreamContext {

  private static final int CONNECT_MILLIS = 60_000;
  private static final int CALL_MILLIS = 120_000;
  private static final int WRITE_BUFFER_BYTES = 8 << 10;

  /** So few that some have to go for others. */
  private static final int REMEMBERED_PATHS_MAX = 20;

  /** So few that most clients need several pages. */
  private static final int CLAIMS_PAGE_MAX = 1;

  /** One lock file in so many cannot be made. */
  private static final int LOCK_FAILURES_ONE_IN = 20;

  private final World world;
  private final String name;
  private final SimVolume volumes;
  private final FaultyDevice device;
  private final StallingDevice stalling;
  private final RandomGenerator random;
  private final Volume volume;
  private final ClientEngine engine;
  private final WriteBuffers writeBuffers = new WriteBuffers(WRITE_BUFFER_BYTES);
  private final long monotonicOffset;
  private final ArrayDeque<Runnable> deferred = new ArrayDeque<>();
  private final Map<String, String> told = new HashMap<>();
  private Network network;
  private long wallOffset;
  private long partitionedUntil;
  private long stallMillis;

  /** When what is to begin a lease that is counted wrongly was sent, by correlation. */
  private final Map<Long, Long> leasesAsked = new HashMap<>();

  /** How far this process's clocks are behind, so that it counts its lease wrongly. */
  private long behindMillis;

  /** Every lock file that was asked for could be made. */
  private boolean locked = true;

  private boolean paused;
  private boolean alive = true;

  SimProcess(World world, String name, List<String> addresses, SimVolume volumes) {
    RandomGenerator random = world.newRandom();
    this.world = world;
    this.name = name;
    this.volumes = volumes;
    this.monotonicOffset = random.nextLong(1_000_000);
    this.wallOffset = 1_700_000_000_000L + random.nextLong(2_000);
    this.device = volumes.path(random);
    this.random = random;
    this.stalling = new StallingDevice(volumes.planted(device));
    this.volume = volumes.open(new StopsInWrites(stalling));
    volumes.spoil(device);
    byte[] id = ByteBuffer.allocate(16).putLong(random.nextLong()).putLong(1).array();
    EngineConfig config =
        new EngineConfig(
            SimServer.NAME,
            addresses,
            ByteString.copyFrom(id),
            "host",
            name,
            CONNECT_MILLIS,
            CALL_MILLIS,
            REMEMBERED_PATHS_MAX,
            CLAIMS_PAGE_MAX);
    this.engine = new ClientEngine(config, this);
  }

  void start(Network through) {
    network = through;
    var unused = engine.start();
    releaseLateWrites();
  }

  ClientEngine engine() {
    return engine;
  }

  /** Somebody was told what stands at a path. */
  void told(String user, String path) {
    told.put(path, user);
  }

  /** In whose name a user asks for a path: in his own. */
  String asking(String user, String path) {
    Optional<String> other = Optional.ofNullable(told.get(path));
    return world.plant.map(plant -> plant.asking(user, other)).orElse(user);
  }

  /** Shared by the streams of the process, as those of a real one are. */
  WriteBuffers writeBuffers() {
    return writeBuffers;
  }

  /** Bytes that are still under way land before the lease that they were started under ends. */
  private void releaseLateWrites() {
    try {
      device.releaseLateWrites();
    } catch (IOException e) {
      throw new UncheckedIOException("the volume in memory failed", e);
    }
    if (alive) {
      world.time.schedule(world.profile.lateMillis(), this::releaseLateWrites);
    }
  }

  /** Runs what reaches the process: now, after its pause, or never. */
  void run(Runnable task) {
    if (paused) {
      deferred.add(task);
    } else if (alive) {
      task.run();
    }
  }

  void pause() {
    paused = true;
  }

  /**
   * Lets the process stop when it writes next, with the write under way. Without a lock file only a
   * lease's margin protects from what lands late.
   */
  void stallInNextWrite(long millis) {
    stallMillis = millis;
  }

  /** A write begins. */
  private void writing() {
    if (stallMillis > 0 && !paused && !world.calm()) {
      long millis = locked ? stallMillis : Math.min(stallMillis, world.profile.lateMillis());
      world.note(name, "stops in a write, ms", millis);
      paused = true;
      stalling.stall();
      world.time.schedule(millis, this::resume);
      stallMillis = 0;
    }
  }

  /** What was under way lands before anything else happens, also when the process is killed. */
  private void endStall() {
    device.setPolicy(FaultPolicy.NONE);
    try {
      stalling.goOn();
    } catch (IOException e) {
      throw new UncheckedIOException("the volume in memory failed", e);
    }
    volumes.spoil(device);
  }

  void resume() {
    endStall();
    paused = false;
    while (!deferred.isEmpty() && !paused) {
      run(deferred.poll());
    }
  }

  void die() {
    alive = false;
    endStall();
    deferred.clear();
    world.unlockAll(this);
    network.died(this);
  }

  boolean alive() {
    return alive;
  }

  /** The engine sends a message. */
  void sends(Envelope message) {
    if (world.plant.filter(plant -> plant.beginsLeaseWhenAnswered(message)).isPresent()) {
      leasesAsked.putIfAbsent(message.getCorrelation(), world.time.now());
    }
  }

  /** The engine is about to receive a message. */
  void receives(Envelope message) {
    Long asked = leasesAsked.remove(message.getCorrelation());
    if (asked != null) {
      behindMillis += world.time.now() - asked;
    }
  }

  void partition(long millis) {
    partitionedUntil = world.time.now() + millis;
    network.cutAll(this);
  }

  boolean partitioned() {
    return world.time.now() < partitionedUntil;
  }

  void jumpClock(long millis) {
    wallOffset += millis;
  }

  /** From now on the path to the volume works. */
  void heal() {
    volumes.heal(device);
    partitionedUntil = 0;
  }

  // ---- environment ----------------------------------------------------------------------------

  @Override
  public long monotonicMillis() {
    return world.time.now() + monotonicOffset - behindMillis;
  }

  @Override
  public long wallMillis() {
    return world.time.now() + wallOffset - behindMillis;
  }

  @Override
  public void schedule(long delayMillis, Runnable task) {
    world.time.schedule(delayMillis, () -> run(task));
  }

  @Override
  public void connect(String address, LinkListener listener) {
    network.connect(this, address, listener);
  }

  @Override
  public void drained(long session) {
    world.unlock(session);
  }

  // ---- streams --------------------------------------------------------------------------------

  @Override
  public boolean leaseValid() {
    return engine.leaseValid();
  }

  @Override
  public boolean leaseSeen() {
    return engine.leaseSeen();
  }

  @Override
  public <T> T confined(Function<ClientEngine, T> call) {
    return call.apply(engine);
  }

  @Override
  public void push() {}

  @Override
  public boolean fence(long session) {
    boolean can = world.profile.fenced() && random.nextInt(LOCK_FAILURES_ONE_IN) > 0;
    locked &= can;
    if (can) {
      world.lock(session, this);
    }
    return can;
  }

  /** Tells when a write begins. */
  private final class StopsInWrites extends ForwardingDevice {
    StopsInWrites(Device device) {
      super(device);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws IOException {
      writing();
      super.write(offset, src);
    }
  }

  @Override
  public Volume volume(int id) {
    return volume;
  }

  @Override
  public String toString() {
    return name;
  }
}
