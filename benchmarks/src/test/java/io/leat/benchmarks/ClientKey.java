package io.leat.benchmarks;

import io.leat.hadoop.LeatKeys;
import java.util.List;
import org.apache.hadoop.util.StringUtils.TraditionalBinaryPrefix;

/**
 * A key of the client, as documented.
 *
 * @param values what it takes, for people
 */
record ClientKey(String name, String values, String defaultText, String description) {
  private static final long MILLIS_PER_SECOND = 1_000;

  static List<ClientKey> all() {
    return List.of(
        new ClientKey(
            LeatKeys.IMPL,
            "class",
            "io.leat.hadoop.LeatFileSystem",
            "The file system's class; the service loader finds it too."),
        new ClientKey(
            "fs.AbstractFileSystem.leat.impl",
            "class",
            "none: must be given for FileContext",
            "`io.leat.hadoop.LeatFs`; Hadoop has no service loader for it."),
        new ClientKey(
            LeatKeys.IMPL_DISABLE_CACHE,
            "true or false",
            "false",
            "Hadoop's: every `FileSystem.get` makes a new object. The session is shared either way."),
        new ClientKey(
            LeatKeys.MDS_ADDRESSES,
            "host:port, separated by commas",
            "none: must be given",
            "Metadata servers; any of them tells who owns what."),
        new ClientKey(
            LeatKeys.addressesOf("NAME"),
            "host:port, separated by commas",
            "the value of " + LeatKeys.MDS_ADDRESSES,
            "The same for one virtual server."),
        new ClientKey(
            LeatKeys.PATH_PREFIX + "VOLUME",
            "path",
            "where the server says",
            "Where the volume stands on this host, if not at the same path as on the server's."),
        new ClientKey(
            LeatKeys.PROCESS,
            "text",
            "the process id",
            "Name of this process in `leat client list`."),
        times(
            LeatKeys.CONNECT_TIMEOUT,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_MIN,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_MAX,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_DEFAULT,
            "How long a first contact may take, over all addresses."),
        times(
            LeatKeys.CALL_TIMEOUT,
            LeatKeys.CALL_TIMEOUT_MILLIS_MIN,
            LeatKeys.CALL_TIMEOUT_MILLIS_MAX,
            LeatKeys.CALL_TIMEOUT_MILLIS_DEFAULT,
            "How long one call may take, retries and a failover included."),
        bytes(
            LeatKeys.WRITE_BUFFER,
            LeatKeys.WRITE_BUFFER_BYTES_MIN,
            LeatKeys.WRITE_BUFFER_BYTES_MAX,
            LeatKeys.WRITE_BUFFER_BYTES_DEFAULT,
            "What an output stream gathers before it writes to the volume."),
        new ClientKey(
            LeatKeys.REMEMBERED_PATHS,
            "0 to " + LeatKeys.REMEMBERED_PATHS_MAX,
            Integer.toString(LeatKeys.REMEMBERED_PATHS_DEFAULT),
            "Paths that are looked at, listed and opened again without asking the server, while nobody changes them; each entry of a listing counts."),
        bytes(
            LeatKeys.READ_BUFFER,
            LeatKeys.READ_BUFFER_BYTES_MIN,
            LeatKeys.READ_BUFFER_BYTES_MAX,
            LeatKeys.READ_BUFFER_BYTES_DEFAULT,
            "What an input stream reads at once for small sequential reads; larger ones go straight"
                + " into the caller's buffer."),
        bytes(
            LeatKeys.VECTORED_MIN_SEEK,
            0,
            LeatKeys.VECTORED_BYTES_MAX,
            LeatKeys.VECTORED_MIN_SEEK_BYTES_DEFAULT,
            "Vectored reads merge small ranges that are at most this far apart."),
        bytes(
            LeatKeys.VECTORED_MAX_MERGED,
            0,
            LeatKeys.VECTORED_BYTES_MAX,
            LeatKeys.VECTORED_MAX_MERGED_BYTES_DEFAULT,
            "A merged vectored read covers at most this much; 0 merges nothing."),
        bytes(
            LeatKeys.BLOCK_SIZE,
            LeatKeys.BLOCK_SIZE_BYTES_MIN,
            LeatKeys.BLOCK_SIZE_BYTES_MAX,
            LeatKeys.BLOCK_SIZE_BYTES_DEFAULT,
            "Block size of new files: the unit of input splits."),
        new ClientKey(
            LeatKeys.HOSTS,
            "host names, separated by commas",
            "the metadata servers' hosts",
            "Hosts with a direct path to the volumes, named in block locations."),
        new ClientKey(
            LeatKeys.LIST_PAGE,
            LeatKeys.LIST_PAGE_ENTRIES_MIN + " to " + LeatKeys.LIST_PAGE_ENTRIES_MAX,
            Integer.toString(LeatKeys.LIST_PAGE_ENTRIES_DEFAULT),
            "Directory entries asked for at once."),
        new ClientKey(
            LeatKeys.CHECKSUM_COMBINE_MODE,
            "MD5MD5CRC or COMPOSITE_CRC",
            "MD5MD5CRC",
            "What `getFileChecksum` computes; HDFS's key, so that DistCp compares like with like."));
  }

  private static ClientKey times(
      String name, long min, long max, long defaultMillis, String description) {
    return new ClientKey(name, time(min) + " to " + time(max), time(defaultMillis), description);
  }

  private static ClientKey bytes(
      String name, long min, long max, long defaultBytes, String description) {
    return new ClientKey(name, size(min) + " to " + size(max), size(defaultBytes), description);
  }

  private static String time(long millis) {
    return millis % MILLIS_PER_SECOND == 0 ? millis / MILLIS_PER_SECOND + "s" : millis + "ms";
  }

  private static String size(long bytes) {
    return TraditionalBinaryPrefix.long2String(bytes, "", 0)
        .replace(" ", "")
        .toLowerCase(java.util.Locale.ROOT);
  }
}
