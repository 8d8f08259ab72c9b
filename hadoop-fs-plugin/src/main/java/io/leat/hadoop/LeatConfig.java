package io.leat.hadoop;

import io.leat.client.ClientConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;

/**
 * A file system's configuration, parsed once from {@link LeatKeys}'s keys.
 *
 * @param virtualServer the name in the URI
 * @param client what the client must be told
 * @param hosts named in block locations, at least one
 * @param blockSize of new files, bytes
 * @param listPage directory entries asked for at once
 * @param reads how streams read
 * @param checksums what {@code getFileChecksum} computes
 */
record LeatConfig(
    String virtualServer,
    ClientConfig client,
    List<String> hosts,
    long blockSize,
    int listPage,
    Reads reads,
    FileChecksums.Mode checksums) {

  LeatConfig {
    Objects.requireNonNull(virtualServer);
    Objects.requireNonNull(client);
    Objects.requireNonNull(reads);
    Objects.requireNonNull(checksums);
    hosts = List.copyOf(hosts);
  }

  /**
   * How streams read, in bytes.
   *
   * @param buffer for small sequential reads
   * @param minSeek vectored reads merge ranges no further apart
   * @param maxMerged a merged read is no longer
   */
  record Reads(int buffer, int minSeek, int maxMerged) {}

  /**
   * @throws IOException no servers are named
   * @throws IllegalArgumentException a value is out of range or malformed; the message names the
   *     key
   */
  static LeatConfig parse(Configuration conf, String virtualServer) throws IOException {
    UnknownKeys.report(conf);
    List<String> addresses = addresses(conf, virtualServer);
    return new LeatConfig(
        virtualServer,
        client(conf, addresses),
        hosts(conf, addresses),
        bytes(
            conf,
            LeatKeys.BLOCK_SIZE,
            LeatKeys.BLOCK_SIZE_BYTES_DEFAULT,
            LeatKeys.BLOCK_SIZE_BYTES_MIN,
            LeatKeys.BLOCK_SIZE_BYTES_MAX),
        (int)
            inRange(
                LeatKeys.LIST_PAGE,
                conf.getInt(LeatKeys.LIST_PAGE, LeatKeys.LIST_PAGE_ENTRIES_DEFAULT),
                LeatKeys.LIST_PAGE_ENTRIES_MIN,
                LeatKeys.LIST_PAGE_ENTRIES_MAX,
                "entries"),
        reads(conf),
        FileChecksums.Mode.of(conf.getTrimmed(LeatKeys.CHECKSUM_COMBINE_MODE)));
  }

  private static List<String> addresses(Configuration conf, String virtualServer)
      throws IOException {
    String own = LeatKeys.addressesOf(virtualServer);
    String key = conf.getTrimmedStrings(own).length > 0 ? own : LeatKeys.MDS_ADDRESSES;
    List<String> addresses = List.of(conf.getTrimmedStrings(key));
    if (addresses.isEmpty()) {
      throw new IOException(
          "no metadata server is configured for leat://%s: set %s or %s to host:port[,host:port...]"
              .formatted(virtualServer, own, LeatKeys.MDS_ADDRESSES));
    }
    for (String address : addresses) {
      if (!address.matches(".+:\\d{1,5}")) {
        throw new IllegalArgumentException(
            "%s holds \"%s\", which is not host:port".formatted(key, address));
      }
    }
    return addresses;
  }

  private static ClientConfig client(Configuration conf, List<String> addresses) {
    return new ClientConfig(
        addresses,
        volumePaths(conf),
        conf.getTrimmed(LeatKeys.PROCESS, "pid " + ProcessHandle.current().pid()),
        millis(
            conf,
            LeatKeys.CONNECT_TIMEOUT,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_DEFAULT,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_MIN,
            LeatKeys.CONNECT_TIMEOUT_MILLIS_MAX),
        millis(
            conf,
            LeatKeys.CALL_TIMEOUT,
            LeatKeys.CALL_TIMEOUT_MILLIS_DEFAULT,
            LeatKeys.CALL_TIMEOUT_MILLIS_MIN,
            LeatKeys.CALL_TIMEOUT_MILLIS_MAX),
        (int)
            bytes(
                conf,
                LeatKeys.WRITE_BUFFER,
                LeatKeys.WRITE_BUFFER_BYTES_DEFAULT,
                LeatKeys.WRITE_BUFFER_BYTES_MIN,
                LeatKeys.WRITE_BUFFER_BYTES_MAX),
        (int)
            inRange(
                LeatKeys.REMEMBERED_PATHS,
                conf.getInt(LeatKeys.REMEMBERED_PATHS, LeatKeys.REMEMBERED_PATHS_DEFAULT),
                0,
                LeatKeys.REMEMBERED_PATHS_MAX,
                "paths"));
  }

  private static Map<String, String> volumePaths(Configuration conf) {
    Map<String, String> paths = new TreeMap<>();
    conf.getPropsWithPrefix(LeatKeys.PATH_PREFIX)
        .forEach(
            (volume, path) -> {
              if (!volume.isEmpty()) {
                paths.put(volume, path.trim());
              }
            });
    return paths;
  }

  private static List<String> hosts(Configuration conf, List<String> addresses) {
    String[] configured = conf.getTrimmedStrings(LeatKeys.HOSTS);
    return configured.length > 0 ? Arrays.asList(configured) : BlockLocations.hostsOf(addresses);
  }

  private static Reads reads(Configuration conf) {
    return new Reads(
        (int)
            bytes(
                conf,
                LeatKeys.READ_BUFFER,
                LeatKeys.READ_BUFFER_BYTES_DEFAULT,
                LeatKeys.READ_BUFFER_BYTES_MIN,
                LeatKeys.READ_BUFFER_BYTES_MAX),
        (int)
            bytes(
                conf,
                LeatKeys.VECTORED_MIN_SEEK,
                LeatKeys.VECTORED_MIN_SEEK_BYTES_DEFAULT,
                0,
                LeatKeys.VECTORED_BYTES_MAX),
        (int)
            bytes(
                conf,
                LeatKeys.VECTORED_MAX_MERGED,
                LeatKeys.VECTORED_MAX_MERGED_BYTES_DEFAULT,
                0,
                LeatKeys.VECTORED_BYTES_MAX));
  }

  private static int millis(Configuration conf, String key, long fallback, long min, long max) {
    long value = conf.getTimeDuration(key, fallback, TimeUnit.MILLISECONDS);
    return (int) inRange(key, value, min, max, "ms");
  }

  private static long bytes(Configuration conf, String key, long fallback, long min, long max) {
    return inRange(key, conf.getLongBytes(key, fallback), min, max, "bytes");
  }

  private static long inRange(String key, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d %s; it must be %d to %d".formatted(key, value, unit, min, max));
    }
    return value;
  }
}
