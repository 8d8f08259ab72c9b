package io.leat.mds.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leat.mds.journal.CheckpointSlot.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * How a device is divided that holds a metadata area and nothing else. Nothing of it ever grows.
 *
 * <table>
 * <caption>Places</caption>
 * <tr><th>at</th><th>what</th></tr>
 * <tr><td>0</td><td>identity: text of {@link IdentityText}, with {@code checkpoint-bytes} and
 *     {@code drain-millis}, padded with zeros; in the last 4 bytes of the block its CRC32C</td></tr>
 * <tr><td>64 KiB</td><td>{@link LaneTable}</td></tr>
 * <tr><td>128 KiB</td><td>{@link ConfigurationPlaces}</td></tr>
 * <tr><td>256 KiB</td><td>{@link EpochBlocks}</td></tr>
 * <tr><td>512 KiB</td><td>{@link Mailboxes}</td></tr>
 * <tr><td>1 MiB</td><td>the segments, lane by lane</td></tr>
 * <tr><td>behind them</td><td>the places for checkpoints, two for each lane</td></tr>
 * </table>
 *
 * @param checkpointBytes of each place for a checkpoint, a multiple of {@link JournalFormat#BLOCK}
 * @param drainMillis after which a write that has failed, or whose process has died, has landed or
 *     never will; 1 to {@link DeviceMetadataArea#DRAIN_MILLIS_MAX}
 */
record DeviceLayout(AreaIdentity identity, long checkpointBytes, long drainMillis) {

  static final int LANE_TABLE_AT = 64 << 10;
  static final int CONFIGURATION_AT = 128 << 10;
  static final int EPOCHS_AT = 256 << 10;
  static final int MAILBOXES_AT = 512 << 10;
  static final int SEGMENTS_AT = 1 << 20;

  /** Shortest place for a checkpoint, bytes. */
  static final long CHECKPOINT_BYTES_MIN = 32 << 20;

  private static final String CHECKPOINT_BYTES = "checkpoint-bytes";
  private static final String DRAIN_MILLIS = "drain-millis";
  private static final int CHECKSUM_AT = JournalFormat.BLOCK - Integer.BYTES;

  DeviceLayout {
    if (identity.devices() != 1) {
      throw new IllegalArgumentException("an area on a shared device has one, not several");
    }
    if (checkpointBytes < JournalFormat.BLOCK || checkpointBytes % JournalFormat.BLOCK != 0) {
      throw new IllegalArgumentException("places for checkpoints of " + checkpointBytes + " bytes");
    }
    if (drainMillis < 1 || drainMillis > DeviceMetadataArea.DRAIN_MILLIS_MAX) {
      throw new IllegalArgumentException(
          "a drain time of %d ms; it must be 1 to %d"
              .formatted(drainMillis, DeviceMetadataArea.DRAIN_MILLIS_MAX));
    }
  }

  /**
   * Divides a device: what segments leave is for checkpoints.
   *
   * @throws IllegalArgumentException when it is too small
   */
  static DeviceLayout of(AreaIdentity identity, long deviceBytes, long drainMillis) {
    long each =
        (deviceBytes - checkpointsAt(identity))
            / (2L * identity.lanes())
            / JournalFormat.BLOCK
            * JournalFormat.BLOCK;
    if (each < CHECKPOINT_BYTES_MIN) {
      throw new IllegalArgumentException(
          "it has %d bytes and needs %d at least, for %d lanes with %d segments of %d bytes and two checkpoints; take a larger one, or shorter segments"
              .formatted(
                  deviceBytes,
                  checkpointsAt(identity) + 2L * identity.lanes() * CHECKPOINT_BYTES_MIN,
                  identity.lanes(),
                  identity.laneSegmentsMax(),
                  identity.segmentBytes()));
    }
    return new DeviceLayout(identity, each, drainMillis);
  }

  /**
   * How large an image may be so that its checkpoint has room for certain: an entry takes less room
   * there than in the image, but chunks are rounded up.
   */
  long imageBytesMax() {
    return (checkpointBytes - checkpointBytes / 16 - (1 << 20)) >> 20 << 20;
  }

  long at(SegmentSlot slot) {
    return SEGMENTS_AT
        + ((long) slot.lane() * identity.laneSegmentsMax() + slot.index())
            * identity.segmentBytes();
  }

  long at(CheckpointSlot slot) {
    return checkpointsAt(identity)
        + (2L * slot.lane() + (slot.side() == Side.A ? 0 : 1)) * checkpointBytes;
  }

  /** Where segments and places for checkpoints begin. */
  List<Long> beginnings() {
    List<Long> all = new ArrayList<>();
    for (int lane = 0; lane < identity.lanes(); lane++) {
      for (int index = 0; index < identity.laneSegmentsMax(); index++) {
        all.add(at(new SegmentSlot(lane, index)));
      }
      for (Side side : Side.values()) {
        all.add(at(new CheckpointSlot(lane, side)));
      }
    }
    return all;
  }

  /** What the area takes of the device. */
  long bytes() {
    return checkpointsAt(identity) + 2L * identity.lanes() * checkpointBytes;
  }

  private static long checkpointsAt(AreaIdentity identity) {
    return SEGMENTS_AT
        + (long) identity.lanes() * identity.laneSegmentsMax() * identity.segmentBytes();
  }

  /** The first block of the device. */
  ByteBuffer encode() {
    ByteBuffer block = JournalFormat.allocate(JournalFormat.BLOCK);
    block.put(
        "%s%s=%d\n%s=%d\n"
            .formatted(
                IdentityText.encode(identity),
                CHECKPOINT_BYTES,
                checkpointBytes,
                DRAIN_MILLIS,
                drainMillis)
            .getBytes(UTF_8));
    return block.putInt(CHECKSUM_AT, checksum(block)).clear();
  }

  /**
   * What the first block of a device says.
   *
   * @param where for messages
   * @throws ForeignAreaException when that is no area that this code knows
   */
  static DeviceLayout decode(Object where, ByteBuffer block) throws IOException {
    if (block.getInt(CHECKSUM_AT) != checksum(block)) {
      throw IdentityText.foreign(where, "its first block has another checksum");
    }
    byte[] text = new byte[CHECKSUM_AT];
    block.get(0, text);
    Map<String, String> values = IdentityText.values(new String(text, UTF_8).replace("\0", ""));
    try {
      return new DeviceLayout(
          IdentityText.decode(where, values),
          Long.parseLong(values.get(CHECKPOINT_BYTES)),
          Long.parseLong(values.get(DRAIN_MILLIS)));
    } catch (IllegalArgumentException e) {
      throw IdentityText.foreign(where, e.getMessage());
    }
  }

  private static int checksum(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().clear().limit(CHECKSUM_AT));
    return (int) crc.getValue();
  }
}
