package io.leat.benchmarks.workload;

import io.leat.benchmarks.measure.ClientKeys;
import io.leat.benchmarks.measure.Scale;
import java.io.IOException;
import java.net.URL;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What every workload gets.
 *
 * @param configuration of the file system
 * @param base where everything is made
 * @param temporary local directory for what is not measured
 */
record Client(Configuration configuration, Path base, Scale scale, java.nio.file.Path temporary) {

  /**
   * A client that has cached nothing yet: the only open one of this process, so that it shares no
   * session with another.
   *
   * @throws IOException when it is of another class than the one that is meant
   */
  FileSystem fresh() throws IOException {
    FileSystem fileSystem = FileSystem.newInstance(base.toUri(), configuration);
    String expected = configuration.get(ClientKeys.FILE_SYSTEM_CLASS, "");
    if (!fileSystem.getClass().getName().equals(expected)) {
      fileSystem.close();
      throw new IOException(
          "%s is a %s, must be a %s".formatted(base, fileSystem.getClass().getName(), expected));
    }
    // Connects, so that no measured operation has to.
    fileSystem.getFileStatus(new Path("/"));
    return fileSystem;
  }

  /** A path below the base. */
  Path path(String name) {
    return new Path(base, name);
  }

  /** As the configuration, with what is meant for TestDFSIO. */
  Configuration dfsioConfiguration() {
    Configuration dfsio = new Configuration(configuration);
    URL more = Client.class.getClassLoader().getResource(ClientKeys.DFSIO_SITE);
    if (more != null) {
      dfsio.addResource(more);
    }
    return dfsio;
  }
}
