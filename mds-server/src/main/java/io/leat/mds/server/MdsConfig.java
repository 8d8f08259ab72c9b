package io.leat.mds.server;

import io.leat.mds.journal.AreaPaths;
import io.leat.mds.takeover.Detection;
import io.leat.model.Extent;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What one metadata server process must be told; parsed once from {@code leat-site.xml}.
 *
 * @param name the member's name in its cell
 * @param home where images of virtual servers stand that the cell tells of, and by default what is
 *     created by command
 * @param bindHost address to listen on
 * @param port 0 for a free one
 * @param virtualServers what it may own
 * @param imageBytes map size of the images of virtual servers that are made by command, 1 MiB or
 *     more
 * @param leaseMillis client lease, 1,000 to 600,000
 * @param replySlots per client session, 1 to 1,024
 * @param superuserGroup members may do everything; empty for none
 * @param checkpointJournalBytes journal after which a checkpoint is made, 1 or more
 * @param volumeSyncMillis how often a buffered volume is flushed while it is written, 100 to
 *     600,000
 * @param inlineBytesMax files of at most so many bytes are published inline, 0 (none) to {@link
 *     Extent#INLINE_BYTES_MAX}
 * @param detection when another server's virtual server is taken over
 * @param givebackMillis how long the preferred candidate has to stand by before a virtual server is
 *     given back to it, up to 86,400,000; 0: by command only
 */
public record MdsConfig(
    String name,
    Path home,
    String bindHost,
    int port,
    List<VirtualServerStorage> virtualServers,
    long imageBytes,
    int leaseMillis,
    int replySlots,
    String superuserGroup,
    long checkpointJournalBytes,
    int volumeSyncMillis,
    int inlineBytesMax,
    Detection detection,
    int givebackMillis) {

  public static final int DEFAULT_LEASE_MILLIS = 20_000;
  public static final int DEFAULT_REPLY_SLOTS = 64;

  public MdsConfig {
    Objects.requireNonNull(name);
    Objects.requireNonNull(home);
    Objects.requireNonNull(bindHost);
    Objects.requireNonNull(superuserGroup);
    Objects.requireNonNull(detection);
    virtualServers = List.copyOf(virtualServers);
    requireRange("port", port, 0, 65_535);
    requireRange("lease (ms)", leaseMillis, 1_000, 600_000);
    requireRange("reply slots", replySlots, 1, 1_024);
    if (checkpointJournalBytes < 1) {
      throw new IllegalArgumentException("checkpoint after " + checkpointJournalBytes + " bytes");
    }
    requireRange("volume sync (ms)", volumeSyncMillis, 100, 600_000);
    requireRange("giveback (ms)", givebackMillis, 0, 86_400_000);
    requireRange("inline data (bytes)", inlineBytesMax, 0, Extent.INLINE_BYTES_MAX);
  }

  private static void requireRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, must be %d to %d".formatted(what, value, min, max));
    }
  }

  /**
   * Where a virtual server's parts stand.
   *
   * @param name the authority in {@code leat://name/}
   * @param metadata directories of its metadata area: epochs and journal lanes
   * @param image directory of its LMDB image, a disposable cache on this host
   * @param volume file or block device of its volume, formatted
   * @param volumeName the name by which clients' {@code fs.leat.path.VOLUME} means it
   * @param direct O_DIRECT instead of the page cache
   * @param imageBytes the image's map size, 1 MiB or more
   */
  public record VirtualServerStorage(
      String name,
      AreaPaths metadata,
      Path image,
      Path volume,
      String volumeName,
      boolean direct,
      long imageBytes) {

    public VirtualServerStorage {
      Objects.requireNonNull(name);
      Objects.requireNonNull(metadata);
      Objects.requireNonNull(image);
      Objects.requireNonNull(volume);
      Objects.requireNonNull(volumeName);
      if (imageBytes < 1 << 20) {
        throw new IllegalArgumentException("image of " + imageBytes + " bytes; 1 MiB or more");
      }
    }
  }
}
