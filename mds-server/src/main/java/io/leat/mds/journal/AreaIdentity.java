package io.leat.mds.journal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What a metadata area is and how it is divided; written when the area is made, and again when one
 * of its devices is replaced.
 *
 * @param uuid identity of the area; goes into every checksum, so that blocks of another area never
 *     pass for this one's
 * @param virtualServer name of the virtual server whose area it is, 1 to {@link #NAME_MAX} letters,
 *     digits, dots, dashes or underscores
 * @param lanes 1 to {@link #LANES_MAX}; read in one I/O by each epoch check
 * @param segmentBytes size of each segment, a multiple of {@link JournalFormat#BLOCK}, {@link
 *     #SEGMENT_BYTES_MIN} to {@link #SEGMENT_BYTES_MAX}
 * @param laneSegmentsMax length of a lane's ring: segments that it may grow to before old ones are
 *     used again, {@link #LANE_SEGMENTS_MIN} to {@link #LANE_SEGMENTS_LIMIT}
 * @param device which of the area's devices this is, from 0; 0 also for the area as a whole
 * @param devices that hold the same, 1 or {@link #DEVICES_MAX}
 * @param generations for each device 0 if it was one of the first, else a number that none had
 *     before it was put in another one's place
 */
public record AreaIdentity(
    UUID uuid,
    String virtualServer,
    int lanes,
    int segmentBytes,
    int laneSegmentsMax,
    int device,
    int devices,
    List<Integer> generations) {

  /** Of which any two are enough. */
  public static final int DEVICES_MAX = 3;

  public static final int NAME_MAX = 128;
  public static final int LANES_MAX = 16;
  public static final int SEGMENT_BYTES_DEFAULT = 64 << 20;
  public static final int SEGMENT_BYTES_MIN = 2 * JournalFormat.BLOCK;
  public static final int SEGMENT_BYTES_MAX = 1 << 30;
  public static final int LANE_SEGMENTS_DEFAULT = 8;

  /** One to write, one that holds the last batch, one that can be freed. */
  public static final int LANE_SEGMENTS_MIN = 3;

  public static final int LANE_SEGMENTS_LIMIT = 4096;

  public AreaIdentity {
    Objects.requireNonNull(uuid, "uuid");
    if (!virtualServer.matches("[A-Za-z0-9._-]{1," + NAME_MAX + "}")) {
      throw new IllegalArgumentException("name of a virtual server: '" + virtualServer + "'");
    }
    require("lanes", lanes, 1, LANES_MAX);
    require("segment bytes", segmentBytes, SEGMENT_BYTES_MIN, SEGMENT_BYTES_MAX);
    require("segments per lane", laneSegmentsMax, LANE_SEGMENTS_MIN, LANE_SEGMENTS_LIMIT);
    if (devices != 1 && devices != DEVICES_MAX) {
      throw new IllegalArgumentException(
          "%d devices; an area has 1 or %d".formatted(devices, DEVICES_MAX));
    }
    require("device", device, 0, devices - 1);
    generations = List.copyOf(generations);
    require("number of generations", generations.size(), devices, devices);
    require("generation", Collections.min(generations), 0, Integer.MAX_VALUE);
    if (segmentBytes % JournalFormat.BLOCK != 0) {
      throw new IllegalArgumentException(
          "segment bytes %d is no multiple of %d".formatted(segmentBytes, JournalFormat.BLOCK));
    }
  }

  /** An area on one device. */
  public AreaIdentity(
      UUID uuid, String virtualServer, int lanes, int segmentBytes, int laneSegmentsMax) {
    this(uuid, virtualServer, lanes, segmentBytes, laneSegmentsMax, 0, 1, List.of(0));
  }

  /** The same area on several devices: the identity of one of them. */
  public AreaIdentity onDevice(int which, int ofDevices) {
    return on(
        which, ofDevices, devices == ofDevices ? generations : Collections.nCopies(ofDevices, 0));
  }

  private AreaIdentity on(int which, int ofDevices, List<Integer> ofGenerations) {
    return new AreaIdentity(
        uuid, virtualServer, lanes, segmentBytes, laneSegmentsMax, which, ofDevices, ofGenerations);
  }

  /** The same with devices of other generations. */
  AreaIdentity with(List<Integer> otherGenerations) {
    return on(device, devices, otherGenerations);
  }

  /** The same after another one of its devices has been replaced. */
  AreaIdentity replacing(int which, int generation) {
    List<Integer> now = new ArrayList<>(generations);
    now.set(which, generation);
    return with(now);
  }

  /** Of this device. */
  int generation() {
    return generations.get(device);
  }

  /** Whether it knows of a replacement that {@code other} does not know of. */
  boolean knowsMoreThan(AreaIdentity other) {
    return IntStream.range(0, devices)
        .anyMatch(which -> generations.get(which) > other.generations.get(which));
  }

  /** Of the device that was replaced last. Who knows a higher one knows more. */
  int newestGeneration() {
    return Collections.max(generations);
  }

  /**
   * Makes sure that it is a virtual server's.
   *
   * @param where it was found, for messages
   * @throws ForeignAreaException when it is another one's
   */
  void requireOf(String wanted, Object where) throws ForeignAreaException {
    if (!virtualServer.equals(wanted)) {
      throw new ForeignAreaException(
          "%s is the metadata area of virtual server '%s' (%s), not of '%s'; check the configuration"
              .formatted(where, virtualServer, uuid, wanted));
    }
  }

  /** How many devices have to hold what counts. */
  public int majority() {
    return devices / 2 + 1;
  }

  /** An area of the usual sizes. */
  public static AreaIdentity of(UUID uuid, String virtualServer, int lanes) {
    return new AreaIdentity(
        uuid, virtualServer, lanes, SEGMENT_BYTES_DEFAULT, LANE_SEGMENTS_DEFAULT);
  }

  /** Largest payload of a batch, bytes: what fits in a segment, at most the format's maximum. */
  public int payloadBytesMax() {
    int fits = segmentBytes - JournalFormat.BLOCK - BatchHeader.BYTES;
    return Math.min(fits, JournalFormat.PAYLOAD_BYTES_MAX);
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(what, min, max, value));
    }
  }
}
