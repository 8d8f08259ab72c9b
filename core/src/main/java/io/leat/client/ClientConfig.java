package io.leat.client;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a client must be told.
 *
 * @param addresses metadata servers as {@code host:port}; at least one
 * @param volumePaths where volumes stand on this host, by volume name; others are looked for where
 *     the server says
 * @param process a name that operators recognise in {@code leat client list}
 * @param connectTimeoutMillis how long a first contact may take over all addresses, 100 to 600,000
 * @param callTimeoutMillis how long one call may take, retries included, 1,000 to 3,600,000
 * @param writeBufferBytes what a stream gathers before it writes, 64 KiB to 64 MiB
 * @param rememberedPathsMax paths that are looked at, listed and opened again without asking, each
 *     entry of a listing counted, 0 to 1,000,000
 */
public record ClientConfig(
    List<String> addresses,
    Map<String, String> volumePaths,
    String process,
    int connectTimeoutMillis,
    int callTimeoutMillis,
    int writeBufferBytes,
    int rememberedPathsMax) {

  public static final int DEFAULT_CONNECT_TIMEOUT_MILLIS = 5_000;
  public static final int DEFAULT_CALL_TIMEOUT_MILLIS = 120_000;
  public static final int DEFAULT_WRITE_BUFFER_BYTES = 1 << 20;
  public static final int DEFAULT_REMEMBERED_PATHS_MAX = 10_000;

  public ClientConfig {
    addresses = List.copyOf(addresses);
    volumePaths = Map.copyOf(volumePaths);
    Objects.requireNonNull(process);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address of a metadata server");
    }
    requireRange("connect timeout (ms)", connectTimeoutMillis, 100, 600_000);
    requireRange("call timeout (ms)", callTimeoutMillis, 1_000, 3_600_000);
    requireRange("write buffer (bytes)", writeBufferBytes, 64 << 10, 64 << 20);
    requireRange("remembered paths", rememberedPathsMax, 0, 1_000_000);
  }

  /** The defaults, for these servers. */
  public static ClientConfig of(List<String> addresses) {
    return new ClientConfig(
        addresses,
        Map.of(),
        "pid " + ProcessHandle.current().pid(),
        DEFAULT_CONNECT_TIMEOUT_MILLIS,
        DEFAULT_CALL_TIMEOUT_MILLIS,
        DEFAULT_WRITE_BUFFER_BYTES,
        DEFAULT_REMEMBERED_PATHS_MAX);
  }

  private static void requireRange(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, must be %d to %d".formatted(what, value, min, max));
    }
  }
}
