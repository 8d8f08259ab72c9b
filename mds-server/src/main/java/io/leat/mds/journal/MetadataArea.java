package io.leat.mds.journal;

import io.leat.volume.Device;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The storage of one virtual server's metadata that every candidate owner can reach: the epoch
 * blocks, and per lane a ring of segments and two places for checkpoints. Closing it releases the
 * lanes that it has acquired.
 *
 * <p>Any thread may call any method; devices that it opens belong to the caller, except {@link
 * #epochs()} and {@link #mailboxes()}.
 */
public interface MetadataArea extends Closeable {

  /** What the area is and how it is divided. */
  AreaIdentity identity();

  /** The epoch blocks, {@link EpochBlocks#BYTES} long; open as long as the area. */
  Device epochs();

  /** The mailboxes, {@link Mailboxes#BYTES} long; open as long as the area. */
  Device mailboxes();

  /**
   * Makes this the only writer of the lane until {@link #releaseLane} or {@link #close()}. Success
   * proves that the lane's earlier writer is gone and none of its writes is still under way.
   *
   * @throws LaneInUseException when it has a writer
   */
  void acquireLane(int lane) throws IOException;

  /** Gives the lane up; nothing that was opened to write it may be in use any more. */
  void releaseLane(int lane) throws IOException;

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

  /** Opens the file of a lane's {@link EarlyLog} for reading; empty when it was never made. */
  Optional<Device> openEarlyToRead(int lane) throws IOException;

  /**
   * Opens the file of an acquired lane's {@link EarlyLog} for reading and writing, and makes it
   * first. What is written to it survives the process; only for areas that one host alone uses.
   */
  Device openEarlyToWrite(int lane) throws IOException;
}
