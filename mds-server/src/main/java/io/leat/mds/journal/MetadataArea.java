package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The storage of one virtual server's metadata that every candidate owner can reach: the epoch
 * blocks, and per lane a ring of segments and two places for checkpoints. It stands on one device,
 * or on {@link AreaIdentity#devices()} of which a majority is enough. Closing it releases the lanes
 * that it has acquired. What is said here of several devices is, as it stands here, that of one.
 *
 * <p>Any thread may call any method; devices that it opens belong to the caller, except {@link
 * #epochs()} and {@link #mailboxes()}.
 */
public interface MetadataArea extends Closeable {

  /** What the area is and how it is divided. */
  AreaIdentity identity();

  /**
   * Whether hosts share it. Then no lock says that a process has ended, and a write that has failed
   * may be carried out still; so a lane is written again only after a time, and nothing is written
   * over the place of what follows it.
   */
  default boolean isShared() {
    return false;
  }

  /** The epoch blocks on each device, {@link EpochBlocks#BYTES} long; open as long as the area. */
  List<Device> epochs();

  /** The mailboxes on each device, {@link Mailboxes#BYTES} long; open as long as the area. */
  List<Device> mailboxes();

  /**
   * Finds out which devices hold everything that was answered, for who is about to read it, unless
   * this is the owner, who knows; each time another one of them comes first.
   */
  default void look() throws IOException {}

  /**
   * Says durably which devices hold everything that an owner has taken over, and keeps that true
   * until {@link #disown}: what is written is on all of them when it returns.
   *
   * @param lane in which it has claimed {@code epoch}
   * @param owner name for people
   */
  default void own(int lane, long epoch, String owner) throws IOException {}

  /** The owner's term is over. */
  default void disown() {}

  /** How each device is. */
  default List<DeviceState> devices() {
    return List.of(new DeviceState(toString(), true, ""));
  }

  /**
   * For the owner: looks whether a device that is not in sync can be used again. If so, what is
   * opened from now on is written there too.
   *
   * @return whether there is one, for which a segment with a batch is to be begun, and then a
   *     checkpoint to be made
   */
  default boolean admit() throws IOException {
    return false;
  }

  /**
   * For the owner: everything that a recovery needs is on the devices that {@link #admit} found.
   *
   * @return whether they are in sync now; if not, they have failed again
   * @throws IOException when that could not be said: then nobody knows who is in sync, and nothing
   *     more is written
   */
  default boolean admitted() throws IOException {
    return false;
  }

  /**
   * For the owner: lets a blank device take the place of one that is lost for good; it is not in
   * sync before it was {@link #admitted}. Nobody else may stand by meanwhile.
   *
   * @param device its name, as in {@link #devices}
   * @param configuration what the virtual server consists of
   * @throws LaneInUseException when somebody stands by
   * @throws IOException also when the device is in sync or the others are not, when there is no
   *     blank one in its place, or when a file cannot be made; it may be repeated
   */
  default void replaceDevice(String device, String configuration) throws IOException {
    throw new IOException(this + " is the only device of the metadata area");
  }

  /**
   * Says durably that devices of the area were replaced; of one device, for {@link #replaceDevice}.
   */
  default void identify(AreaIdentity now) throws IOException {
    throw new UnsupportedOperationException(this + " does not consist of several devices");
  }

  /** Reads something of an area. */
  @FunctionalInterface
  interface Reading<T> {
    T from(MetadataArea area) throws IOException;
  }

  /**
   * Reads the same from each device that holds everything. One that cannot be read is one of them
   * no longer.
   *
   * @throws IOException when too few can be read
   */
  default <T> List<T> readEach(Reading<T> reading) throws IOException {
    return List.of(reading.from(this));
  }

  /** The largest image, bytes, of which a checkpoint has room for certain. */
  default long imageBytesMax() {
    return Long.MAX_VALUE;
  }

  /**
   * What the virtual server consists of, as text, on each device that can be read: one that was
   * away may have missed a change. Empty when nobody has said so yet.
   *
   * @throws IOException also when it is longer than any that was written
   */
  List<String> configurations() throws IOException;

  /** Says what the virtual server consists of, durably and as a whole. */
  void configure(String text) throws IOException;

  /**
   * Whose each lane is, in their order; empty for nobody's. What cannot be read belongs to a name
   * that nobody has.
   */
  default List<Optional<String>> laneOwners() throws IOException {
    return new EpochBlocks(this).owners();
  }

  /**
   * The lane that was given to a metadata server; empty if none was.
   *
   * @param mds its name; where hosts share the area, its home counts
   */
  default OptionalInt laneOf(String mds) throws IOException {
    int known = laneOwners().lastIndexOf(Optional.of(mds));
    return known < 0 ? OptionalInt.empty() : OptionalInt.of(known);
  }

  /**
   * Makes this the only writer of the lane until {@link #releaseLane} or {@link #close()}. Success
   * proves that the lane's earlier writer is gone and none of its writes is still under way.
   *
   * @throws LaneInUseException when it has a writer
   * @throws ForeignAreaException when a device was replaced since the area was opened
   * @throws LaneNotDrainedException when that will be certain later; ask again then
   */
  void acquireLane(int lane) throws IOException;

  /**
   * Makes sure that an acquired lane is this process's still and that none of its own writes that
   * have failed is under way.
   *
   * @throws LaneInUseException when it is not
   * @throws LaneNotDrainedException when it may be used again later
   */
  default void requireLane(int lane) throws IOException {}

  /** Gives the lane up; nothing that was opened to write it may be in use any more. */
  void releaseLane(int lane) throws IOException;

  /**
   * For the owner: makes a lane nobody's, whose server is gone for good.
   *
   * @param ownLane in which {@code epoch} was claimed
   * @return by which name the name service knows its server; empty where it knows none
   * @throws LaneInUseException when it is the own one, or its process may live
   * @throws NewerEpochException when this is the owner no more
   */
  default Optional<String> freeLane(int lane, int ownLane, long epoch) throws IOException {
    acquireLane(lane);
    try {
      EpochBlocks.following(this, ownLane, epoch).forget(lane, epoch);
      return Optional.empty();
    } finally {
      releaseLane(lane);
    }
  }

  /**
   * Whether nobody has acquired the lane; certain only if true: where nothing proves it, it is
   * false.
   */
  boolean isLaneFree(int lane) throws IOException;

  /** The slots of a lane in which there is a segment, used or not, in ascending order. */
  List<SegmentSlot> segments(int lane) throws IOException;

  /**
   * Makes a segment of {@link AreaIdentity#segmentBytes()} zeros, durably; after a crash it is
   * there completely or not at all. Only for the lane's writer.
   */
  void createSegment(SegmentSlot slot) throws IOException;

  /** Opens a segment for reading. */
  Device openToRead(SegmentSlot slot) throws IOException;

  /** Opens a segment of an acquired lane for reading and writing. */
  Device openToWrite(SegmentSlot slot) throws IOException;

  /** Opens a place for a checkpoint for reading; empty when it was never made. */
  Optional<Device> openToRead(CheckpointSlot slot) throws IOException;

  /**
   * Opens a place for a checkpoint of an acquired lane for reading and writing. It is made or grown
   * first, durably; what it holds stays.
   *
   * @param bytes how large it has to be at least, a multiple of {@link JournalFormat#BLOCK}
   * @throws IOException when there is no room for that; nothing has changed
   */
  Device openToWrite(CheckpointSlot slot, long bytes) throws IOException;

  /**
   * Whether what is written to an {@link EarlyLog} is as safe as has to be; if not, there is none.
   */
  default boolean hasEarlyLogs() {
    return false;
  }

  /** Opens the file of a lane's {@link EarlyLog} for reading; empty when it was never made. */
  default Optional<Device> openEarlyToRead(int lane) throws IOException {
    return Optional.empty();
  }

  /**
   * Opens the file of an acquired lane's {@link EarlyLog} for reading and writing, and makes it
   * first. What is written to it survives the process; only where {@link #hasEarlyLogs}.
   */
  default Device openEarlyToWrite(int lane) throws IOException {
    throw new UnsupportedOperationException("there are no early logs in " + this);
  }
}
