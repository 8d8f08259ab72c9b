package io.leat.mds.journal;

import io.leat.volume.Access;
import io.leat.volume.Device;
import io.leat.volume.DeviceSlice;
import io.leat.volume.Devices;
import io.leat.volume.ForwardingDevice;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A metadata area that takes a whole device, which hosts share: {@link DeviceLayout}. It is read
 * and written past the page cache, which other hosts do not see; all but mailboxes and checkpoints
 * is durable when it is written. Whose a lane is says its {@link LaneTable}.
 */
public final class DeviceMetadataArea implements MetadataArea {

  public static final long DRAIN_MILLIS_DEFAULT = 60_000;

  /** An hour. */
  public static final long DRAIN_MILLIS_MAX = 3_600_000;

  /** Parts of a device. */
  interface Places extends Closeable {

    /**
     * Opens a part; closing it leaves the device open. Any thread.
     *
     * @param at bytes
     * @param writeThrough what is written is durable when that returns; else it has to be flushed
     */
    Device open(long at, long bytes, boolean writeThrough);
  }

  private final Places places;
  private final DeviceLayout layout;
  private final Device epochs;
  private final Device mailboxes;
  private final LaneTable lanes;
  private final ConfigurationPlaces configuration;

  /** Closes {@code places} with itself. */
  DeviceMetadataArea(Places places, DeviceLayout layout, Optional<LaneHolder> holder) {
    this.places = places;
    this.layout = layout;
    AreaIdentity identity = layout.identity();
    this.epochs = written(DeviceLayout.EPOCHS_AT, EpochBlocks.BYTES, true);
    this.mailboxes = places.open(DeviceLayout.MAILBOXES_AT, Mailboxes.BYTES, false);
    this.configuration =
        new ConfigurationPlaces(
            places.open(DeviceLayout.CONFIGURATION_AT, ConfigurationPlaces.BYTES, true), identity);
    this.lanes =
        new LaneTable(
            written(DeviceLayout.LANE_TABLE_AT, LaneTable.BYTES, true),
            identity,
            layout.drainMillis(),
            new Mailboxes(List.of(mailboxes), identity),
            holder);
  }

  /**
   * Opens the area of a virtual server.
   *
   * @param holder who may use its lanes; empty for who only reads
   * @throws ForeignAreaException when the device is no area, or another virtual server's
   */
  public static DeviceMetadataArea open(
      Path path, String virtualServer, Optional<LaneHolder> holder) throws IOException {
    WholeDevice device = new WholeDevice(path);
    try {
      DeviceLayout layout = device.layout();
      layout.identity().requireOf(virtualServer, path);
      if (device.plain.size() < layout.bytes()) {
        throw new ForeignAreaException(
            "%s has %d bytes and had %d when the area was made"
                .formatted(path, device.plain.size(), layout.bytes()));
      }
      return new DeviceMetadataArea(device, layout, holder);
    } catch (IOException | RuntimeException e) {
      JournalWriter.closeAfter(e, device);
      throw e;
    }
  }

  /**
   * Makes sure that {@link #create} would succeed.
   *
   * @throws FileAlreadyExistsException when the device is not blank
   * @throws IOException also when it is too small
   */
  static void requireBlank(Path path, AreaIdentity identity, long drainMillis) throws IOException {
    try (WholeDevice device = new WholeDevice(path)) {
      device.requireBlank(device.divided(identity, drainMillis));
    }
  }

  /**
   * Makes an area on a blank device, durably. Whoever calls this has made sure that nobody else
   * does so at the same time.
   *
   * @param drainMillis after which a write that has failed, or whose process has died, has landed
   *     or never will; longer than every time-out on the way to the device
   * @throws FileAlreadyExistsException when it is not blank
   * @throws IOException also when it is too small
   */
  public static void create(Path path, AreaIdentity identity, long drainMillis) throws IOException {
    try (WholeDevice device = new WholeDevice(path)) {
      DeviceLayout layout = device.divided(identity, drainMillis);
      device.requireBlank(layout);
      device.format(layout);
    }
  }

  /**
   * An area in memory, as one process sees it.
   *
   * @param checkpointBytes of each place for a checkpoint
   * @param drainMillis as {@link #create}
   */
  public static DeviceMetadataArea inMemory(
      MemoryPlaces places,
      AreaIdentity identity,
      long checkpointBytes,
      long drainMillis,
      LaneHolder holder) {
    return new DeviceMetadataArea(
        places, new DeviceLayout(identity, checkpointBytes, drainMillis), Optional.of(holder));
  }

  /** A block device, or a file with a fixed length. */
  private static final class WholeDevice implements Places {

    private final Path path;
    private final Device plain;
    private final Device through;

    WholeDevice(Path path) throws IOException {
      this.path = path;
      this.plain = Devices.open(path, Access.DIRECT);
      try {
        this.through = Devices.open(path, Access.DIRECT.asWriteThrough());
        if (plain.alignment() > JournalFormat.BLOCK) {
          throw new IOException(
              "%s would need blocks of %d bytes; at most %d are supported"
                  .formatted(path, plain.alignment(), JournalFormat.BLOCK));
        }
      } catch (IOException e) {
        JournalWriter.closeAfter(e, plain);
        throw e;
      }
    }

    @Override
    public Device open(long at, long bytes, boolean writeThrough) {
      return new DeviceSlice(writeThrough ? through : plain, at, bytes);
    }

    DeviceLayout divided(AreaIdentity identity, long drainMillis) throws IOException {
      try {
        return DeviceLayout.of(identity, plain.size(), drainMillis);
      } catch (IllegalArgumentException e) {
        throw new IOException("%s: %s".formatted(path, e.getMessage()), e);
      }
    }

    DeviceLayout layout() throws IOException {
      ByteBuffer block = JournalFormat.allocate(JournalFormat.BLOCK);
      plain.read(0, block);
      return DeviceLayout.decode(path, block.clear());
    }

    /**
     * Where segments and checkpoints begin there must be nothing either that would have to be read
     * to find that it is old.
     */
    void requireBlank(DeviceLayout layout) throws IOException {
      Devices.requireBlank(plain, path.toString());
      for (long at : layout.beginnings()) {
        Devices.requireBlank(plain, path.toString(), at, 2 * JournalFormat.BLOCK);
      }
    }

    /**
     * Writes one block: should two do so at once, neither harms what the other has begun to use.
     */
    void format(DeviceLayout layout) throws IOException {
      try {
        through.write(0, layout.encode());
        through.flush();
      } catch (IOException e) {
        throw new IOException(
            "%s: %s; that write may be carried out still, so use the device for nothing in the next %d ms"
                .formatted(path, e.getMessage(), layout.drainMillis()),
            e);
      }
      if (!layout().equals(layout)) {
        throw new IOException(
            "%s: the identity was not there when it was read back; somebody else may use it"
                .formatted(path));
      }
    }

    @Override
    public void close() throws IOException {
      try (plain) {
        through.close();
      }
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A part that an owner writes; what fails there may land later. */
  private Device written(long at, long bytes, boolean writeThrough) {
    return new ForwardingDevice(places.open(at, bytes, writeThrough)) {

      @Override
      public void write(long offset, ByteBuffer src) throws IOException {
        try {
          super.write(offset, src);
        } catch (IOException e) {
          lanes.failed();
          throw e;
        }
      }

      @Override
      public void flush() throws IOException {
        try {
          super.flush();
        } catch (IOException e) {
          lanes.failed();
          throw e;
        }
      }
    };
  }

  @Override
  public long imageBytesMax() {
    return layout.imageBytesMax();
  }

  @Override
  public AreaIdentity identity() {
    return layout.identity();
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public List<Device> epochs() {
    return List.of(epochs);
  }

  @Override
  public List<Device> mailboxes() {
    return List.of(mailboxes);
  }

  @Override
  public List<String> configurations() throws IOException {
    return configuration.read().stream().toList();
  }

  @Override
  public void configure(String text) throws IOException {
    configuration.write(text);
  }

  @Override
  public List<Optional<String>> laneOwners() throws IOException {
    return lanes.owners();
  }

  @Override
  public OptionalInt laneOf(String mds) throws IOException {
    return lanes.own();
  }

  @Override
  public void acquireLane(int lane) throws IOException {
    lanes.acquire(lane);
  }

  @Override
  public void requireLane(int lane) throws IOException {
    lanes.require(lane);
  }

  @Override
  public void releaseLane(int lane) throws IOException {
    lanes.release(lane);
  }

  /**
   * Its claims stay, and are older than what its next user will claim. Whether this is the owner is
   * looked at on both sides of the write: who has taken over meanwhile may use that lane.
   */
  @Override
  public Optional<String> freeLane(int lane, int ownLane, long epoch) throws IOException {
    EpochBlocks claims = EpochBlocks.following(this, ownLane, epoch);
    claims.requireNewest(epoch);
    Optional<String> holder = lanes.free(lane);
    claims.requireNewest(epoch);
    return holder;
  }

  /** No lock says so from host to host. */
  @Override
  public boolean isLaneFree(int lane) {
    return false;
  }

  /** All, whatever a table of them might say. */
  @Override
  public List<SegmentSlot> segments(int lane) {
    return IntStream.range(0, identity().laneSegmentsMax())
        .mapToObj(index -> new SegmentSlot(lane, index))
        .toList();
  }

  @Override
  public void createSegment(SegmentSlot slot) throws IOException {
    throw new FileAlreadyExistsException(slot.toString());
  }

  @Override
  public Device openToRead(SegmentSlot slot) {
    return places.open(layout.at(slot), identity().segmentBytes(), true);
  }

  @Override
  public Device openToWrite(SegmentSlot slot) {
    return written(layout.at(slot), identity().segmentBytes(), true);
  }

  @Override
  public Optional<Device> openToRead(CheckpointSlot slot) {
    return Optional.of(places.open(layout.at(slot), layout.checkpointBytes(), false));
  }

  @Override
  public Device openToWrite(CheckpointSlot slot, long bytes) throws IOException {
    if (bytes > layout.checkpointBytes()) {
      throw new IOException(
          "a checkpoint of %d bytes; %s has room for %d"
              .formatted(bytes, places, layout.checkpointBytes()));
    }
    lanes.requireDrained();
    return written(layout.at(slot), layout.checkpointBytes(), false);
  }

  @Override
  public void close() throws IOException {
    try (places) {
      lanes.releaseAll();
    }
  }

  @Override
  public String toString() {
    return places.toString();
  }
}
