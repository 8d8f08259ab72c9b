package io.leat.benchmarks.system;

import io.leat.benchmarks.ChildProcess;
import io.leat.benchmarks.ClientJvm;
import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.hdfs.HdfsPairProcess;
import io.leat.benchmarks.hdfs.PairProtocol;
import io.leat.benchmarks.hdfs.PairProtocol.Role;
import io.leat.benchmarks.measure.Happening;
import io.leat.benchmarks.measure.Metric;
import io.leat.coordination.zk.EmbeddedZooKeeper;
import io.leat.mds.cell.ConfigurationFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Two NameNodes, a JournalNode, a DataNode and the failover controllers, in processes of their own,
 * and a ZooKeeper in this one. Where HDFS's defaults are left, it is in HDFS's favour. A crash
 * kills the NameNode alone: its failover controller lives and sees it, which is the better case
 * too.
 */
final class HdfsPair implements ServerPair {

  private static final String FILE_SYSTEM = "org.apache.hadoop.hdfs.DistributedFileSystem";
  private static final List<String> JVM_FLAGS = List.of("-Xms64m", "-Xmx1g");
  private static final Duration START_BOUND = Duration.ofMinutes(3);
  private static final long POLL_MILLIS = 50;
  private static final String CLIENT_PROXY =
      "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider";

  private final Map<String, ChildProcess> nameNodes = new LinkedHashMap<>();

  /** The others; the last one started comes first. */
  private final Deque<ChildProcess> others = new ArrayDeque<>();

  private EmbeddedZooKeeper zooKeeper;
  private ChildProcess controllers;
  private Path resources;
  private Path logs;
  private String killed;
  private int started;
  private boolean closed;

  @Override
  public synchronized ClientSetup start(Path directory, long volumeBytes)
      throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the benchmark is ending, no HDFS is started");
    }
    resources = directory.resolve("resources");
    for (String pages : List.of("hdfs", "datanode", "journal")) {
      Files.createDirectories(resources.resolve("webapps").resolve(pages));
    }
    logs = Files.createDirectories(directory.resolve("logs"));
    zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
    Map<String, String> client = client();
    Map<String, String> servers = new LinkedHashMap<>(client);
    servers.putAll(servers(directory));
    // Not core-site.xml, over which HDFS's defaults win.
    ConfigurationFile.write(resources.resolve("hdfs-site.xml"), "Of a benchmark's HDFS.", servers);
    others.addFirst(run(Role.JOURNAL, ""));
    nameNodes.put("nn1", run(Role.FIRST_NAME_NODE, "nn1"));
    nameNodes.put("nn2", run(Role.SECOND_NAME_NODE, "nn2"));
    controllers = run(Role.CONTROLLERS, "");
    others.addFirst(controllers);
    others.addFirst(run(Role.DATA_NODE, ""));
    awaitReady();
    Path configuration = Files.createDirectories(directory.resolve("conf"));
    ClientFiles.write(configuration, client, FILE_SYSTEM);
    return new ClientSetup(configuration, client.get("fs.defaultFS") + "/bench", List.of());
  }

  private static Map<String, String> client() throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("fs.defaultFS", "hdfs://" + PairProtocol.SERVICE);
    settings.put("dfs.nameservices", PairProtocol.SERVICE);
    settings.put(of("dfs.ha.namenodes"), String.join(",", PairProtocol.NAME_NODES));
    settings.put(of("dfs.client.failover.proxy.provider"), CLIENT_PROXY);
    settings.put("dfs.replication", "1");
    // Else each close waits for 400 ms when it is quicker than the DataNode's report.
    settings.put("dfs.client.block.write.locateFollowingBlock.initial.delay.ms", "10");
    for (String name : PairProtocol.NAME_NODES) {
      settings.put(of("dfs.namenode.rpc-address") + "." + name, freeAddress());
      settings.put(of("dfs.namenode.http-address") + "." + name, freeAddress());
    }
    return settings;
  }

  private static String of(String key) {
    return key + "." + PairProtocol.SERVICE;
  }

  private Map<String, String> servers(Path directory) throws IOException {
    String journal = freeAddress();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("ha.zookeeper.quorum", zooKeeper.connectString());
    settings.put("dfs.ha.automatic-failover.enabled", "true");
    // A standby is of use soon after its start, and has little to read when it becomes active.
    settings.put("dfs.namenode.safemode.extension", "0");
    settings.put("dfs.ha.tail-edits.period", "2s");
    settings.put("dfs.ha.log-roll.period", "2s");
    settings.put("dfs.ha.fencing.methods", "shell(/bin/true)");
    settings.put(
        "dfs.namenode.shared.edits.dir", "qjournal://" + journal + "/" + PairProtocol.SERVICE);
    settings.put("dfs.journalnode.edits.dir", directory.resolve("journal").toString());
    settings.put("dfs.journalnode.rpc-address", journal);
    settings.put("dfs.journalnode.http-address", freeAddress());
    settings.put("dfs.datanode.data.dir", directory.resolve("data").toString());
    settings.put("dfs.datanode.address", freeAddress());
    settings.put("dfs.datanode.ipc.address", freeAddress());
    settings.put("dfs.datanode.http.address", freeAddress());
    for (String name : PairProtocol.NAME_NODES) {
      settings.put(of("dfs.namenode.name.dir") + "." + name, directory.resolve(name).toString());
      settings.put(of("dfs.ha.zkfc.port") + "." + name, Integer.toString(freePort()));
    }
    return settings;
  }

  /** Both NameNodes have to know both addresses before they start. */
  private static String freeAddress() throws IOException {
    return "127.0.0.1:" + freePort();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private ChildProcess run(Role role, String argument) throws IOException, InterruptedException {
    String name = role.name().toLowerCase(Locale.ROOT) + argument;
    Path log = logs.resolve(name + "-" + started++ + ".log");
    ChildProcess process =
        ChildProcess.start(
            ClientJvm.ofHdfsServers(resources)
                .run(JVM_FLAGS, HdfsPairProcess.class, List.of(role.name(), argument)),
            "HDFS's " + name,
            log);
    try {
      JobLine answer = process.next(START_BOUND);
      if (!(answer instanceof JobLine.Serving)) {
        throw new IOException("%s said %s; see %s".formatted(name, answer.format(), log));
      }
      return process;
    } catch (IOException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public void let(Happening happening) throws IOException, InterruptedException {
    switch (happening) {
      case CRASH -> {
        killed = ask(PairProtocol.ACTIVE);
        nameNodes.get(killed).kill();
      }
      case PLANNED -> {
        String unused = ask(PairProtocol.FAIL_OVER);
      }
    }
  }

  @Override
  public void restore() throws IOException, InterruptedException {
    if (killed != null) {
      nameNodes.put(killed, run(Role.NAME_NODE, killed));
      killed = null;
    }
    awaitReady();
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_BOUND.toNanos();
    while (ask(PairProtocol.ACTIVE).equals(PairProtocol.NONE)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("there is no active and no standby NameNode; see " + logs);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private String ask(String question) throws IOException, InterruptedException {
    controllers.send(question);
    JobLine answer = controllers.next(START_BOUND);
    if (!(answer instanceof JobLine.Serving serving)) {
      throw new IOException("the failover controllers said " + answer.format());
    }
    return serving.address();
  }

  @Override
  public Optional<String> remark(Metric metric) {
    return Optional.of("two NameNodes, one JournalNode, failover controllers that live");
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (ChildProcess process : others) {
      process.close();
    }
    for (ChildProcess process : nameNodes.values()) {
      process.close();
    }
    if (zooKeeper != null) {
      zooKeeper.close();
      zooKeeper = null;
    }
  }
}
