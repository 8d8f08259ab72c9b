package io.leat.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.TestDFSIO;
import org.apache.hadoop.util.ToolRunner;

/**
 * Hadoop's own TestDFSIO with MapReduce's local runner, two tasks at a time. The value is the
 * throughput that it writes to its result file: bytes of all tasks over the sum of their times.
 */
final class DfsioWorkload implements Workload {
  private static final int TASKS = 2;

  @Override
  public void prepare(Client client) {
    // TestDFSIO makes what it needs.
  }

  @Override
  public void run(Client client, Measured measured) throws Exception {
    measured.value("dfsio.write", throughput(client, "-write"));
    measured.value("dfsio.read", throughput(client, "-read"));
    // Its clients come from Hadoop's cache, and would share what they know with later ones.
    FileSystem.closeAll();
  }

  private static double throughput(Client client, String mode) throws Exception {
    Path result = client.temporary().resolve("TestDFSIO_results.txt");
    Files.deleteIfExists(result);
    String[] arguments = {
      mode,
      "-nrFiles",
      Integer.toString(client.scale().dfsioFiles()),
      "-size",
      client.scale().dfsioMegabytes() + "MB",
      "-resFile",
      result.toString()
    };
    int code = ToolRunner.run(configuration(client), new TestDFSIO(), arguments);
    if (code != 0) {
      throw new IOException("TestDFSIO " + mode + " failed with code " + code);
    }
    return DfsioResult.throughput(Files.readAllLines(result));
  }

  private static Configuration configuration(Client client) {
    Configuration configuration = client.dfsioConfiguration();
    configuration.set("test.build.data", client.path("dfsio").toString());
    configuration.set("mapreduce.framework.name", "local");
    configuration.setInt("mapreduce.local.map.tasks.maximum", TASKS);
    return configuration;
  }
}
