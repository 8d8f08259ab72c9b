package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A device on which things go wrong, for tests and simulations: failing, torn, late and slow calls,
 * and crashes that lose what was not flushed. The {@link FaultPolicy} says how often; the random
 * generator decides, so calls in the same order with the same seed fare the same.
 *
 * <p>The medium is what survives a crash. It belongs to whoever made it and stays open when this is
 * closed; {@link #restart()} goes on after {@link #crash()} or {@link #close()}. Two of these over
 * one medium are two hosts that do not see each other's caches.
 *
 * <p>All methods may be called from any thread; they exclude each other, except for the time spent
 * in {@link Delay}.
 */
public final class FaultyDevice implements Device {

  /** Writes held back at a time; a further late write just fails. */
  public static final int LATE_WRITES_MAX = 1_024;

  /** Kinds of calls. */
  public enum Operation {
    READ,
    WRITE,
    FLUSH
  }

  /** Called in the calling thread before each operation; makes it slow. */
  @FunctionalInterface
  public interface Delay {

    /** No delay. */
    Delay NONE = (operation, offset, length) -> {};

    /** Returns when the operation may go on; offset and length are bytes, 0 for a flush. */
    void before(Operation operation, long offset, int length);
  }

  private enum State {
    RUNNING,
    CRASHED,
    CLOSED
  }

  private record LateWrite(long offset, ByteBuffer bytes) {}

  private final Device medium;
  private final int alignment;
  private final RandomGenerator random;
  private final Delay delay;
  private final SectorCache cache;
  private final List<LateWrite> lateWrites = new ArrayList<>();
  private FaultPolicy policy;
  private long operations;
  private State state = State.RUNNING;

  /** Without delays, with the medium's alignment. */
  public FaultyDevice(Device medium, FaultPolicy policy, RandomGenerator random) {
    this(medium, medium.alignment(), policy, random, Delay.NONE);
  }

  /**
   * @param medium where bytes are durable; its alignment is at most 512
   * @param alignment what this device insists on, a power of two not below the medium's
   */
  public FaultyDevice(
      Device medium, int alignment, FaultPolicy policy, RandomGenerator random, Delay delay) {
    this.cache = new SectorCache(medium);
    this.medium = medium;
    this.alignment = Math.max(medium.alignment(), Alignment.requirePowerOfTwo(alignment));
    this.policy = policy;
    this.random = random;
    this.delay = delay;
  }

  /** Replaces the policy; operations count from here again. */
  public synchronized void setPolicy(FaultPolicy newPolicy) {
    policy = newPolicy;
    operations = 0;
  }

  @Override
  public long size() {
    return medium.size();
  }

  @Override
  public int alignment() {
    return alignment;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    delay.before(Operation.READ, offset, dst.remaining());
    synchronized (this) {
      check(offset, dst);
      countOperation();
      if (random.nextDouble() < policy.readFailure()) {
        throw injected("read of %d bytes at offset %d".formatted(dst.remaining(), offset));
      }
      dst.put(cache.read(offset, dst.remaining()));
    }
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    delay.before(Operation.WRITE, offset, src.remaining());
    synchronized (this) {
      check(offset, src);
      countOperation();
      byte[] bytes = new byte[src.remaining()];
      src.get(bytes);
      write(offset, bytes);
    }
  }

  private void write(long offset, byte[] bytes) throws IOException {
    String what = "write of %d bytes at offset %d".formatted(bytes.length, offset);
    switch (policy.fateOfWrite(random.nextDouble())) {
      case LANDS -> land(offset, bytes);
      case FAILS -> throw injected(what);
      case TORN -> {
        tear(offset, bytes);
        throw injected("torn " + what);
      }
      case LATE -> {
        if (lateWrites.size() < LATE_WRITES_MAX) {
          lateWrites.add(new LateWrite(offset, ByteBuffer.wrap(bytes)));
        }
        throw injected("late " + what);
      }
    }
  }

  private void land(long offset, byte[] bytes) throws IOException {
    cache.write(offset, bytes);
    if (!policy.volatileCache() || state == State.CRASHED) {
      cache.writeBack();
    }
  }

  private void tear(long offset, byte[] bytes) throws IOException {
    long firstSector = offset / SectorCache.SECTOR;
    long endSector = Alignment.up(offset + bytes.length, SectorCache.SECTOR) / SectorCache.SECTOR;
    int sectors = (int) (endSector - firstSector);
    int landed = sectors == 0 ? 0 : random.nextInt(sectors);
    if (landed > 0) {
      int length = (int) ((firstSector + landed) * SectorCache.SECTOR - offset);
      land(offset, Arrays.copyOf(bytes, length));
    }
    if (policy.tornWriteCrashes()) {
      crash();
    }
  }

  @Override
  public void flush() throws IOException {
    delay.before(Operation.FLUSH, 0, 0);
    synchronized (this) {
      checkRunning();
      countOperation();
      if (random.nextDouble() < policy.flushFailure()) {
        throw injected("flush");
      }
      cache.writeBack();
      medium.flush();
    }
  }

  /**
   * Loses power: of what was not flushed, each sector lands in any of its versions or not at all.
   * Every call fails until {@link #restart()}.
   */
  public synchronized void crash() throws IOException {
    cache.crash(random);
    state = State.CRASHED;
  }

  /** Whether it has crashed and was not restarted. */
  public synchronized boolean isCrashed() {
    return state == State.CRASHED;
  }

  /** Serves calls again after a crash or after it was closed. */
  public synchronized void restart() {
    state = State.RUNNING;
  }

  /**
   * Lets the writes that were held back land, in random order; also on a crashed or closed device,
   * as a write does that was under way in a network. On a crashed one they are durable.
   *
   * @return how many landed
   */
  public synchronized int releaseLateWrites() throws IOException {
    int released = 0;
    while (!lateWrites.isEmpty()) {
      LateWrite write = lateWrites.remove(random.nextInt(lateWrites.size()));
      land(write.offset(), write.bytes().array());
      released++;
    }
    return released;
  }

  private void check(long offset, ByteBuffer buffer) throws IOException {
    checkRunning();
    Ranges.check(this, offset, buffer.remaining(), size());
    Alignment.check(this, offset, buffer, alignment);
  }

  private void checkRunning() throws IOException {
    switch (state) {
      case RUNNING -> {}
      case CRASHED -> throw new IOException(this + " has crashed");
      case CLOSED -> throw new IOException(this + " was closed");
    }
  }

  private void countOperation() throws IOException {
    if (operations >= policy.failAfterOperations()) {
      throw injected("every operation after " + operations);
    }
    operations++;
  }

  private IOException injected(String what) {
    return new IOException("injected failure on " + this + ": " + what);
  }

  @Override
  public synchronized void close() {
    state = State.CLOSED;
  }

  @Override
  public String toString() {
    return "faulty " + medium;
  }
}
