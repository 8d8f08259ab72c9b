package io.leat.benchmarks.hdfs;

import io.leat.benchmarks.JobLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;

/**
 * An HDFS in a process of its own: the real NameNode with its defaults and one name directory, and
 * one DataNode, on free loopback ports. It lives until its standard input ends, as it does when the
 * process that started it is gone.
 *
 * <p>It says {@link JobLine.Serving}, once the NameNode has left safe mode and counts a live
 * DataNode, or {@link JobLine.Failed}.
 */
public final class HdfsProcess {
  private static final long READY_SECONDS_MAX = 60;
  private static final long POLL_MILLIS = 50;

  private HdfsProcess() {}

  /**
   * Runs an HDFS.
   *
   * @param arguments a directory for everything; then, optionally, the path of the socket of
   *     short-circuit reads
   */
  public static void main(String[] arguments) {
    int code = 1;
    try {
      HdfsConfiguration configuration = HdfsSettings.servers(List.of(arguments));
      Files.createDirectories(Path.of(arguments[0]));
      // Formatting registers the same metrics as starting.
      DefaultMetricsSystem.setMiniClusterMode(true);
      NameNode.format(configuration);
      NameNode nameNode = NameNode.createNameNode(new String[0], configuration);
      String address = nameNode.getNameNodeAddressHostPortString();
      HdfsSettings.useNameNode(configuration, address);
      DataNode dataNode = DataNode.createDataNode(new String[0], configuration);
      awaitDataNode(nameNode);
      System.out.println(new JobLine.Serving("hdfs://" + address).format());
      awaitEnd(System.in);
      dataNode.shutdown();
      nameNode.stop();
      nameNode.join();
      code = 0;
    } catch (IOException | InterruptedException | RuntimeException e) {
      System.out.println(new JobLine.Failed(e.toString()).format());
      e.printStackTrace();
    }
    System.exit(code);
  }

  private static void awaitDataNode(NameNode nameNode) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + READY_SECONDS_MAX * 1_000_000_000L;
    while (nameNode.isInSafeMode() || nameNode.getNamesystem().getNumLiveDataNodes() == 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "the NameNode sees no DataNode after %d s; its log says why"
                .formatted(READY_SECONDS_MAX));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  static void awaitEnd(InputStream input) throws IOException {
    while (input.read() >= 0) {
      // Nothing is ever said here; that it ends is the message.
    }
  }
}
