package io.leat.mds.cell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What a cell keeps from its first start on.
 *
 * @param cell identity
 * @param mdsPort of the metadata server; 0 before the first start
 * @param zooKeeperPort of its ZooKeeper; 0 before the first start
 */
public record CellProperties(UUID cell, int mdsPort, int zooKeeperPort) {
  private static final String CELL = "cell.uuid";
  private static final String MDS_PORT = "mds.port";
  private static final String ZOOKEEPER_PORT = "zookeeper.port";
  private static final int MAX_PORT = 65_535;

  public CellProperties {
    Objects.requireNonNull(cell);
    requirePort(MDS_PORT, mdsPort);
    requirePort(ZOOKEEPER_PORT, zooKeeperPort);
  }

  /** A new cell, its ports still to be chosen. */
  static CellProperties fresh() {
    return new CellProperties(UUID.randomUUID(), 0, 0);
  }

  CellProperties withPorts(int newMdsPort, int newZooKeeperPort) {
    return new CellProperties(cell, newMdsPort, newZooKeeperPort);
  }

  static CellProperties load(Path file) throws IOException {
    Map<String, String> read = PropertyFile.read(file);
    try {
      return new CellProperties(
          UUID.fromString(read.getOrDefault(CELL, "")),
          Integer.parseInt(read.getOrDefault(MDS_PORT, "0")),
          Integer.parseInt(read.getOrDefault(ZOOKEEPER_PORT, "0")));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  void store(Path file) throws IOException {
    PropertyFile.write(
        file,
        "A Leat cell. Ports are kept from the first start on; leat-site.xml may override them.",
        Map.of(
            CELL, cell.toString(),
            MDS_PORT, Integer.toString(mdsPort),
            ZOOKEEPER_PORT, Integer.toString(zooKeeperPort)));
  }

  private static void requirePort(String what, int port) {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(what + " is " + port + ", must be 0 to " + MAX_PORT);
    }
  }
}
