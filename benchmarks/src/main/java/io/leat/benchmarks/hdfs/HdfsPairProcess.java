package io.leat.benchmarks.hdfs;

import io.leat.benchmarks.JobLine;
import io.leat.benchmarks.hdfs.PairProtocol.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.ha.HAServiceProtocol.HAServiceState;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.NameNodeProxies;
import org.apache.hadoop.hdfs.protocol.ClientProtocol;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.DatanodeReportType;
import org.apache.hadoop.hdfs.protocol.HdfsConstants.SafeModeAction;
import org.apache.hadoop.hdfs.qjournal.server.JournalNode;
import org.apache.hadoop.hdfs.server.datanode.DataNode;
import org.apache.hadoop.hdfs.server.namenode.NameNode;
import org.apache.hadoop.hdfs.server.namenode.ha.BootstrapStandby;
import org.apache.hadoop.hdfs.tools.DFSZKFailoverController;
import org.apache.hadoop.hdfs.tools.NNHAServiceTarget;
import org.apache.hadoop.metrics2.lib.DefaultMetricsSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.ToolRunner;

/**
 * A process of an HDFS with two NameNodes, as its configuration, {@code hdfs-site.xml} on the class
 * path, wants it. Each ends with its standard input, and says {@link JobLine.Serving} when it
 * serves.
 */
public final class HdfsPairProcess {

  private static final int RPC_TIMEOUT_MILLIS = 20_000;

  private HdfsPairProcess() {}

  /**
   * Runs a process.
   *
   * @param arguments the role; for NameNodes their name too, for the journal its directory
   */
  public static void main(String[] arguments) {
    int code = 1;
    try {
      // Formatting registers the same metrics as starting, and two controllers have the same.
      DefaultMetricsSystem.setMiniClusterMode(true);
      run(Role.valueOf(arguments[0]), arguments.length > 1 ? arguments[1] : "");
      code = 0;
    } catch (Exception e) {
      say(new JobLine.Failed(e.toString()));
      e.printStackTrace();
    }
    System.exit(code);
  }

  private static void run(Role role, String argument) throws Exception {
    HdfsConfiguration configuration = new HdfsConfiguration();
    switch (role) {
      case JOURNAL -> {
        JournalNode journal = new JournalNode();
        journal.setConf(configuration);
        journal.start();
      }
      case FIRST_NAME_NODE, SECOND_NAME_NODE, NAME_NODE -> nameNode(role, argument, configuration);
      case DATA_NODE -> {
        DataNode unused = DataNode.createDataNode(new String[0], configuration);
      }
      case CONTROLLERS -> {
        controllers(configuration);
        return;
      }
    }
    say(new JobLine.Serving(role.name()));
    HdfsProcess.awaitEnd(System.in);
  }

  private static void nameNode(Role role, String name, HdfsConfiguration configuration)
      throws Exception {
    configuration.set("dfs.ha.namenode.id", name);
    if (role == Role.FIRST_NAME_NODE) {
      NameNode.format(new HdfsConfiguration(configuration));
    } else if (role == Role.SECOND_NAME_NODE) {
      int result =
          ToolRunner.run(
              new HdfsConfiguration(configuration),
              new BootstrapStandby(),
              new String[] {"-force", "-nonInteractive"});
      if (result != 0) {
        throw new IOException("the standby's namespace could not be copied: " + result);
      }
    }
    NameNode unused = NameNode.createNameNode(new String[0], configuration);
  }

  private static void controllers(HdfsConfiguration configuration) throws Exception {
    int result =
        controller(configuration, PairProtocol.NAME_NODES.get(0))
            .run(new String[] {"-formatZK", "-force", "-nonInteractive"});
    if (result != 0) {
      throw new IOException("ZooKeeper could not be formatted: " + result);
    }
    for (String name : PairProtocol.NAME_NODES) {
      Thread thread = new Thread(() -> control(controller(configuration, name)), name);
      thread.setDaemon(true);
      thread.start();
    }
    say(new JobLine.Serving(Role.CONTROLLERS.name()));
    obey(configuration);
  }

  private static DFSZKFailoverController controller(Configuration configuration, String name) {
    HdfsConfiguration own = new HdfsConfiguration(configuration);
    own.set("dfs.ha.namenode.id", name);
    return DFSZKFailoverController.create(own);
  }

  private static void control(DFSZKFailoverController controller) {
    try {
      int result = controller.run(new String[0]);
      say(new JobLine.Failed("a failover controller has ended: " + result));
    } catch (Exception e) {
      say(new JobLine.Failed("a failover controller has ended: " + e));
    }
  }

  private static void obey(HdfsConfiguration configuration) throws Exception {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      switch (line) {
        case PairProtocol.ACTIVE -> say(new JobLine.Serving(active(configuration)));
        case PairProtocol.FAIL_OVER -> say(new JobLine.Serving(failOver(configuration)));
        default -> throw new IOException("controllers are not told to '" + line + "'");
      }
    }
  }

  private static String active(HdfsConfiguration configuration) {
    String active = PairProtocol.NONE;
    try {
      for (String name : PairProtocol.NAME_NODES) {
        HAServiceState state =
            target(configuration, name)
                .getProxy(configuration, RPC_TIMEOUT_MILLIS)
                .getServiceStatus()
                .getState();
        if (!isReady(configuration, name)) {
          return PairProtocol.NONE;
        }
        active = state == HAServiceState.ACTIVE ? name : active;
      }
      return active;
    } catch (IOException e) {
      return PairProtocol.NONE; // one is about to start
    }
  }

  /** Whether it could answer for files: not in safe mode, and it knows the DataNode. */
  private static boolean isReady(HdfsConfiguration configuration, String name) throws IOException {
    ClientProtocol nameNode =
        NameNodeProxies.createNonHAProxy(
                configuration,
                target(configuration, name).getAddress(),
                ClientProtocol.class,
                UserGroupInformation.getCurrentUser(),
                false)
            .getProxy();
    return !nameNode.setSafeMode(SafeModeAction.SAFEMODE_GET, false)
        && nameNode.getDatanodeReport(DatanodeReportType.LIVE).length > 0;
  }

  private static String failOver(HdfsConfiguration configuration) throws IOException {
    String active = active(configuration);
    String other = PairProtocol.NAME_NODES.get(1 - PairProtocol.NAME_NODES.indexOf(active));
    target(configuration, other).getZKFCProxy(configuration, RPC_TIMEOUT_MILLIS).gracefulFailover();
    return other;
  }

  private static NNHAServiceTarget target(Configuration configuration, String name) {
    return new NNHAServiceTarget(new HdfsConfiguration(configuration), PairProtocol.SERVICE, name);
  }

  private static void say(JobLine line) {
    System.out.println(line.format());
    System.out.flush();
  }
}
