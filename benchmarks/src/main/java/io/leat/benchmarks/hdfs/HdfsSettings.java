package io.leat.benchmarks.hdfs;

import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.hdfs.DFSConfigKeys;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.net.unix.DomainSocket;

/** How the HDFS of a benchmark differs from HDFS's defaults: as little as it can. */
final class HdfsSettings {
  private static final String ANY_PORT = "127.0.0.1:0";

  private HdfsSettings() {}

  /** For NameNode and DataNode; the arguments are those of {@link HdfsProcess}. */
  static HdfsConfiguration servers(List<String> arguments) {
    Path directory = Path.of(arguments.get(0)).toAbsolutePath();
    HdfsConfiguration configuration = new HdfsConfiguration();
    configuration.set("fs.defaultFS", "hdfs://127.0.0.1:0");
    // One directory each: a second one for names would double every flush of the edit log.
    configuration.set(
        DFSConfigKeys.DFS_NAMENODE_NAME_DIR_KEY, directory.resolve("name").toString());
    configuration.set(
        DFSConfigKeys.DFS_DATANODE_DATA_DIR_KEY, directory.resolve("data").toString());
    configuration.set(DFSConfigKeys.DFS_NAMENODE_RPC_ADDRESS_KEY, ANY_PORT);
    configuration.set(DFSConfigKeys.DFS_NAMENODE_HTTP_ADDRESS_KEY, ANY_PORT);
    configuration.set(DFSConfigKeys.DFS_DATANODE_ADDRESS_KEY, ANY_PORT);
    configuration.set(DFSConfigKeys.DFS_DATANODE_IPC_ADDRESS_KEY, ANY_PORT);
    configuration.set(DFSConfigKeys.DFS_DATANODE_HTTP_ADDRESS_KEY, ANY_PORT);
    configuration.setInt(DFSConfigKeys.DFS_REPLICATION_KEY, 1);
    if (arguments.size() > 1) {
      shortCircuit(configuration, arguments.get(1));
    }
    return configuration;
  }

  /** Tells a DataNode which port the NameNode has got. */
  static void useNameNode(HdfsConfiguration configuration, String address) {
    configuration.set("fs.defaultFS", "hdfs://" + address);
    configuration.set(DFSConfigKeys.DFS_NAMENODE_RPC_ADDRESS_KEY, address);
  }

  private static void shortCircuit(HdfsConfiguration configuration, String socket) {
    String reason = DomainSocket.getLoadingFailureReason();
    if (reason != null) {
      throw new IllegalStateException("short-circuit reads do not work here: " + reason);
    }
    configuration.setBoolean("dfs.client.read.shortcircuit", true);
    configuration.set("dfs.domain.socket.path", socket);
  }
}
