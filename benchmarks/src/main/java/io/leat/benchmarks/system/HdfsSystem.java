package io.leat.benchmarks.system;

import io.leat.benchmarks.ChildProcess;
import io.leat.benchmarks.ClientJvm;
import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.hdfs.HdfsProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A NameNode and a DataNode in a process of their own; the heap is that of a cell's server. */
final class HdfsSystem implements SystemUnderTest {
  private static final String FILE_SYSTEM = "org.apache.hadoop.hdfs.DistributedFileSystem";
  private static final List<String> JVM_FLAGS = List.of("-Xms64m", "-Xmx1g");
  private static final Duration START_BOUND = Duration.ofSeconds(90);

  private final Optional<Path> nativeLibrary;
  private ChildProcess servers;
  private boolean closed;

  /**
   * Not started yet.
   *
   * @param nativeLibrary directory of Hadoop's native library, for short-circuit reads; empty for
   *     reads through the DataNode's socket
   */
  HdfsSystem(Optional<Path> nativeLibrary) {
    this.nativeLibrary = nativeLibrary;
  }

  @Override
  public synchronized ClientSetup start(Path directory, long volumeBytes)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the benchmark is ending, no HDFS is started");
    }
    Path resources = directory.resolve("resources");
    // The servers want the directories of their web pages, which nobody looks at here.
    for (String pages : List.of("hdfs", "datanode")) {
      Files.createDirectories(resources.resolve("webapps").resolve(pages));
    }
    Path log = Files.createDirectories(directory.resolve("logs")).resolve("hdfs.log");
    servers =
        ChildProcess.start(
            ClientJvm.ofHdfsServers(resources)
                .run(serverFlags(), HdfsProcess.class, serverArguments(directory)),
            "HDFS",
            log);
    JobLine answer = servers.next(START_BOUND);
    if (!(answer instanceof JobLine.Serving serving)) {
      throw new IOException("HDFS said " + answer.format() + "; see " + log);
    }
    return setup(directory, serving.address());
  }

  private List<String> serverFlags() {
    List<String> flags = new ArrayList<>(JVM_FLAGS);
    flags.addAll(NativeLibrary.jvmFlags(nativeLibrary));
    return flags;
  }

  private List<String> serverArguments(Path directory) {
    List<String> arguments = new ArrayList<>(List.of(directory.resolve("servers").toString()));
    nativeLibrary.ifPresent(library -> arguments.add(socket(directory)));
    return arguments;
  }

  private static String socket(Path directory) {
    return directory.resolve("dn.socket").toString();
  }

  private ClientSetup setup(Path directory, String address) throws IOException {
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.defaultFS", address + "/");
    settings.put("dfs.replication", "1");
    if (nativeLibrary.isPresent()) {
      settings.put("dfs.client.read.shortcircuit", "true");
      settings.put("dfs.domain.socket.path", socket(directory));
    }
    ClientFiles.write(configuration, settings, FILE_SYSTEM);
    return new ClientSetup(
        configuration, address + "/bench", NativeLibrary.jvmFlags(nativeLibrary));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (servers != null) {
      servers.close();
    }
  }
}
