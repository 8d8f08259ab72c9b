package io.leat.hadoop;

import java.util.List;
import org.apache.hadoop.fs.BlockLocation;

/**
 * Where a file's bytes can be read without a detour, in Hadoop's terms: synthetic blocks of the
 * file's block size, all on the hosts with a direct path to the volumes.
 */
final class BlockLocations {
  /** A file has no more blocks than this; if its block size is tiny they are larger. */
  static final int BLOCKS_MAX = 100_000;

  private static final String LOCALHOST = "localhost";

  private BlockLocations() {}

  /**
   * The blocks that overlap {@code length} bytes from {@code start}.
   *
   * @param size the file's, bytes
   * @param blockSize bytes, above 0
   */
  static BlockLocation[] of(
      long size, long blockSize, long start, long length, List<String> hosts) {
    if (start < 0 || length < 0) {
      throw new IllegalArgumentException(
          "start (%d) and length (%d) must not be negative".formatted(start, length));
    }
    if (start >= size) {
      return new BlockLocation[0];
    }
    long end = length > size - start ? size : start + length;
    long step = Math.max(blockSize, size / BLOCKS_MAX + 1);
    long first = start / step;
    long last = end > start ? (end - 1) / step : first;
    String[] names = hosts.stream().map(host -> host + ":0").toArray(String[]::new);
    BlockLocation[] blocks = new BlockLocation[Math.toIntExact(last - first + 1)];
    for (int i = 0; i < blocks.length; i++) {
      long offset = (first + i) * step;
      blocks[i] =
          new BlockLocation(
              names, hosts.toArray(String[]::new), offset, Math.min(step, size - offset));
    }
    return blocks;
  }

  /** The hosts of {@code host:port} addresses; all that are this host's loopback are one. */
  static List<String> hostsOf(List<String> addresses) {
    return addresses.stream().map(BlockLocations::hostOf).distinct().toList();
  }

  private static String hostOf(String address) {
    String host = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
    boolean loopback =
        host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1");
    return loopback ? LOCALHOST : host;
  }
}
