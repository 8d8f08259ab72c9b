package io.leat.hadoop;

import io.leat.client.ClientConfig;
import java.util.List;

/**
 * Every key of {@code core-site.xml} that Leat's file system reads. Sizes take Hadoop's suffixes
 * ({@code 64k}, {@code 1m}), times its units ({@code 500ms}, {@code 10s}; milliseconds without
 * one).
 */
public final class LeatKeys {

  /** The scheme of Leat's URIs. */
  public static final String SCHEME = "leat";

  /** What all keys start with. */
  public static final String PREFIX = "fs.leat.";

  /** Hadoop's: the class of the file system; found through the service loader when not set. */
  public static final String IMPL = "fs.leat.impl";

  /** Hadoop's: {@code FileSystem.get} makes a new one each time. */
  public static final String IMPL_DISABLE_CACHE = "fs.leat.impl.disable.cache";

  /** Metadata servers, {@code host:port} separated by commas. No default. */
  public static final String MDS_ADDRESSES = "fs.leat.mds.addresses";

  /** {@code fs.leat.NAME.mds.addresses}: the same for the virtual server NAME alone. */
  public static final String MDS_ADDRESSES_SUFFIX = ".mds.addresses";

  /** {@code fs.leat.path.VOLUME}: where the volume of that name stands on this host. */
  public static final String PATH_PREFIX = "fs.leat.path.";

  /** Name in {@code leat client list}. Default: the process id. */
  public static final String PROCESS = "fs.leat.process";

  /** Time for a first contact, over all addresses: 100 ms to 10 min. */
  public static final String CONNECT_TIMEOUT = "fs.leat.connect.timeout";

  public static final int CONNECT_TIMEOUT_MILLIS_DEFAULT =
      ClientConfig.DEFAULT_CONNECT_TIMEOUT_MILLIS;
  public static final int CONNECT_TIMEOUT_MILLIS_MIN = 100;
  public static final int CONNECT_TIMEOUT_MILLIS_MAX = 600_000;

  /** Time for one call, retries and a failover included: 1 s to 1 h. */
  public static final String CALL_TIMEOUT = "fs.leat.call.timeout";

  public static final int CALL_TIMEOUT_MILLIS_DEFAULT = ClientConfig.DEFAULT_CALL_TIMEOUT_MILLIS;
  public static final int CALL_TIMEOUT_MILLIS_MIN = 1_000;
  public static final int CALL_TIMEOUT_MILLIS_MAX = 3_600_000;

  /** What an output stream gathers before it writes to the volume: 64 KiB to 64 MiB. */
  public static final String WRITE_BUFFER = "fs.leat.write.buffer.size";

  public static final int WRITE_BUFFER_BYTES_DEFAULT = ClientConfig.DEFAULT_WRITE_BUFFER_BYTES;
  public static final int WRITE_BUFFER_BYTES_MIN = 64 << 10;
  public static final int WRITE_BUFFER_BYTES_MAX = 64 << 20;

  /**
   * Paths that are looked at, listed and opened again without asking the server, each entry of a
   * listing counted: 0 to 1,000,000.
   */
  public static final String REMEMBERED_PATHS = "fs.leat.remembered.paths";

  public static final int REMEMBERED_PATHS_DEFAULT = ClientConfig.DEFAULT_REMEMBERED_PATHS_MAX;
  public static final int REMEMBERED_PATHS_MAX = 1_000_000;

  /**
   * What an input stream reads at once for small sequential reads; reads of at least this size go
   * straight into the caller's buffer. 4 KiB to 16 MiB.
   */
  public static final String READ_BUFFER = "fs.leat.read.buffer.size";

  public static final int READ_BUFFER_BYTES_DEFAULT = 64 << 10;
  public static final int READ_BUFFER_BYTES_MIN = 4 << 10;
  public static final int READ_BUFFER_BYTES_MAX = 16 << 20;

  /** Vectored reads merge small ranges that are at most this far apart: 0 to 16 MiB. */
  public static final String VECTORED_MIN_SEEK = "fs.leat.vectored.read.min.seek.size";

  public static final int VECTORED_MIN_SEEK_BYTES_DEFAULT = 4 << 10;

  /** A merged vectored read covers at most this much: 0 (no merging) to 16 MiB. */
  public static final String VECTORED_MAX_MERGED = "fs.leat.vectored.read.max.merged.size";

  public static final int VECTORED_MAX_MERGED_BYTES_DEFAULT = 64 << 10;
  public static final int VECTORED_BYTES_MAX = 16 << 20;

  /** Block size of new files, the unit of splits: 1 MiB to 1 TiB. */
  public static final String BLOCK_SIZE = "fs.leat.block.size";

  public static final long BLOCK_SIZE_BYTES_DEFAULT = 128L << 20;
  public static final long BLOCK_SIZE_BYTES_MIN = 1L << 20;
  public static final long BLOCK_SIZE_BYTES_MAX = 1L << 40;

  /**
   * Hosts that reach the volumes directly, named in block locations. Default: the metadata servers'
   * hosts, {@code localhost} for loopback addresses.
   */
  public static final String HOSTS = "fs.leat.hosts";

  /** Directory entries asked for at once: 1 to 10,000. */
  public static final String LIST_PAGE = "fs.leat.list.page.entries";

  public static final int LIST_PAGE_ENTRIES_DEFAULT = 1_000;
  public static final int LIST_PAGE_ENTRIES_MIN = 1;
  public static final int LIST_PAGE_ENTRIES_MAX = 10_000;

  /**
   * What {@code getFileChecksum} computes, as for HDFS and under HDFS's key, so that DistCp
   * compares like with like: {@code MD5MD5CRC} (default) or {@code COMPOSITE_CRC}.
   */
  public static final String CHECKSUM_COMBINE_MODE = "dfs.checksum.combine.mode";

  /** The keys with a fixed name. */
  static final List<String> FIXED =
      List.of(
          IMPL,
          IMPL_DISABLE_CACHE,
          MDS_ADDRESSES,
          PROCESS,
          CONNECT_TIMEOUT,
          CALL_TIMEOUT,
          WRITE_BUFFER,
          REMEMBERED_PATHS,
          READ_BUFFER,
          VECTORED_MIN_SEEK,
          VECTORED_MAX_MERGED,
          BLOCK_SIZE,
          HOSTS,
          LIST_PAGE);

  private LeatKeys() {}

  /** The key that names the metadata servers of one virtual server. */
  public static String addressesOf(String virtualServer) {
    return PREFIX + virtualServer + MDS_ADDRESSES_SUFFIX;
  }

  /** True for a key that someone reads. */
  static boolean isKnown(String key) {
    return FIXED.contains(key)
        || (key.startsWith(PATH_PREFIX) && key.length() > PATH_PREFIX.length())
        || (key.startsWith(PREFIX)
            && key.endsWith(MDS_ADDRESSES_SUFFIX)
            && key.length() > PREFIX.length() + MDS_ADDRESSES_SUFFIX.length());
  }
}
