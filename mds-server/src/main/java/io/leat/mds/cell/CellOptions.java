package io.leat.mds.cell;

import io.leat.mds.config.ConfigKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How to start an embedded cell.
 *
 * @param directory where everything of the cell stands; made if it does not exist
 * @param settings {@code leat.*} keys that win over the cell's {@code leat-site.xml}
 */
public record CellOptions(Path directory, Map<String, String> settings) {

  public CellOptions {
    directory = directory.toAbsolutePath().normalize();
    settings = Map.copyOf(settings);
  }

  /** The defaults, in this directory. */
  public static CellOptions at(Path dataDirectory) {
    return new CellOptions(dataDirectory, Map.of());
  }

  /** With one more setting. */
  public CellOptions with(ConfigKey key, String value) {
    return with(Map.of(key.template(), Objects.requireNonNull(value)));
  }

  /** With more settings, which win over earlier ones. */
  public CellOptions with(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(more);
    return new CellOptions(directory, all);
  }

  /** Size of the volume that is made at the first start, 64 MiB or more. */
  public CellOptions withVolumeBytes(long bytes) {
    return with(ConfigKey.VOLUME_SIZE, Long.toString(bytes));
  }

  /** O_DIRECT instead of the page cache. */
  public CellOptions withDirect(boolean direct) {
    return with(ConfigKey.VOLUME_DIRECT, Boolean.toString(direct));
  }

  /** Client lease, 1,000 to 600,000 ms. */
  public CellOptions withLeaseMillis(int millis) {
    return with(ConfigKey.CLIENT_LEASE, millis + "ms");
  }

  /** Port of the metadata server; kept for later starts. */
  public CellOptions withPort(int port) {
    return with(ConfigKey.MDS_PORT, Integer.toString(port));
  }
}
