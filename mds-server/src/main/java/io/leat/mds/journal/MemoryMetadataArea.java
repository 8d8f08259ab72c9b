package io.leat.mds.journal;

import io.leat.volume.Device;
import io.leat.volume.DeviceSlice;
import io.leat.volume.MemoryDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A metadata area in memory, for simulations and tests. Each simulated process has one of its own
 * over a common {@link Storage}; to close it is what a process's death does to its lanes. Any
 * thread.
 */
public final class MemoryMetadataArea implements MetadataArea {

  /** What the processes share, and what survives them. */
  public static final class Storage {

    /** Alignment that the devices insist on, bytes. */
    private static final int ALIGNMENT = 512;

    private volatile AreaIdentity identity;
    private final UnaryOperator<Device> wrapper;
    private final UnaryOperator<Device> pageCache;
    private final Device epochs;
    private final Device mailboxes = new MemoryDevice(Mailboxes.BYTES);
    private final Map<SegmentSlot, Device> segments = new ConcurrentHashMap<>();
    private final Map<CheckpointSlot, Device> checkpoints = new ConcurrentHashMap<>();
    private final Map<Integer, Device> early = new ConcurrentHashMap<>();
    private final Map<Integer, MemoryMetadataArea> laneWriters = new ConcurrentHashMap<>();
    private volatile String configuration;

    /**
     * @param wrapper what to put around each new device, as one that fails at times
     */
    public Storage(AreaIdentity identity, UnaryOperator<Device> wrapper) {
      this(identity, wrapper, UnaryOperator.identity());
    }

    /**
     * @param wrapper what to put around each new device
     * @param pageCache the same, for what is written through the page cache
     */
    public Storage(
        AreaIdentity identity, UnaryOperator<Device> wrapper, UnaryOperator<Device> pageCache) {
      this.identity = identity;
      this.wrapper = wrapper;
      this.pageCache = pageCache;
      this.epochs = device(EpochBlocks.BYTES);
    }

    private Device earlyDevice() {
      return pageCache.apply(new MemoryDevice(EarlyLog.BYTES));
    }

    private Device device(int bytes) {
      return wrapper.apply(new MemoryDevice(bytes, ALIGNMENT));
    }
  }

  private final Storage storage;
  private final Device epochs;
  private volatile AreaIdentity identity;

  /** One process's view of the storage. */
  public MemoryMetadataArea(Storage storage) {
    this(storage, UnaryOperator.identity());
  }

  /**
   * @param epochs what to put around the epoch blocks as this process sees them
   */
  public MemoryMetadataArea(Storage storage, UnaryOperator<Device> epochs) {
    this.storage = storage;
    this.identity = storage.identity;
    this.epochs = epochs.apply(new DeviceSlice(storage.epochs));
  }

  @Override
  public AreaIdentity identity() {
    return identity;
  }

  @Override
  public void identify(AreaIdentity now) {
    storage.identity = now;
    identity = now;
  }

  @Override
  public List<Device> epochs() {
    return List.of(epochs);
  }

  @Override
  public List<Device> mailboxes() {
    return List.of(storage.mailboxes);
  }

  @Override
  public List<String> configurations() {
    return Optional.ofNullable(storage.configuration).stream().toList();
  }

  @Override
  public void configure(String text) {
    storage.configuration = text;
  }

  @Override
  public void acquireLane(int lane) throws IOException {
    if (storage.laneWriters.putIfAbsent(lane, this) != null) {
      throw new LaneInUseException("lane %d has a writer".formatted(lane));
    }
    if (!storage.identity.equals(identity)) {
      releaseLane(lane);
      throw new ForeignAreaException("the area has changed since it was opened; open it again");
    }
  }

  @Override
  public void releaseLane(int lane) {
    storage.laneWriters.remove(lane, this);
  }

  @Override
  public boolean isLaneFree(int lane) {
    return !storage.laneWriters.containsKey(lane);
  }

  @Override
  public List<SegmentSlot> segments(int lane) {
    return storage.segments.keySet().stream()
        .filter(slot -> slot.lane() == lane)
        .sorted(Comparator.comparingInt(SegmentSlot::index))
        .toList();
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    if (storage.segments.containsKey(slot)) {
      throw new FileAlreadyExistsException(slot.toString());
    }
    storage.segments.put(slot, storage.device(storage.identity.segmentBytes()));
  }

  @Override
  public Device openToRead(SegmentSlot slot) throws IOException {
    return openToWrite(slot);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) throws IOException {
    Device device = storage.segments.get(slot);
    if (device == null) {
      throw new NoSuchFileException(slot.toString());
    }
    return new DeviceSlice(device);
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) {
    return Optional.ofNullable(storage.checkpoints.get(slot)).map(DeviceSlice::new);
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    Device device = storage.checkpoints.get(slot);
    if (device == null || device.size() < bytes) {
      Device larger = storage.device(Math.toIntExact(bytes));
      if (device != null) {
        ByteBuffer content = JournalFormat.allocate((int) device.size());
        device.read(0, content);
        larger.write(0, content.flip());
        larger.flush();
      }
      storage.checkpoints.put(slot, larger);
      device = larger;
    }
    return new DeviceSlice(device);
  }

  @Override
  public boolean hasEarlyLogs() {
    return true;
  }

  @Override
  public Optional<Device> openEarlyToRead(int lane) {
    return Optional.ofNullable(storage.early.get(lane)).map(DeviceSlice::new);
  }

  @Override
  public Device openEarlyToWrite(int lane) {
    return new DeviceSlice(storage.early.computeIfAbsent(lane, absent -> storage.earlyDevice()));
  }

  @Override
  public void close() {
    storage.laneWriters.values().removeIf(writer -> writer == this);
  }
}
