package io.leat.benchmarks;

import io.leat.mds.cli.CommandFailure;
import io.leat.mds.cli.DataOption;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to run Hadoop in a JVM of its own: a client with the shaded jar, without Leat's servers'. */
public final class ClientJvm {
  private final List<String> classPath;

  private ClientJvm(List<String> classPath) {
    this.classPath = List.copyOf(classPath);
  }

  /**
   * From what is built in this installation.
   *
   * @param configuration directory with the client's {@code core-site.xml}
   */
  public static ClientJvm of(Path configuration) throws IOException {
    Path plugin = require(home().resolve("hadoop-fs-plugin/target/leat-hadoop.jar"));
    return new ClientJvm(
        List.of(
            require(configuration).toString(), plugin.toString(), benchmarks(), jars("client")));
  }

  /**
   * For servers of HDFS: with HDFS's jars, without Leat's.
   *
   * @param resources directory that comes first
   */
  public static ClientJvm ofHdfsServers(Path resources) throws IOException {
    return new ClientJvm(
        List.of(require(resources).toString(), benchmarks(), jars("hdfs"), jars("client")));
  }

  /** The directory above {@code bin} of this installation. */
  public static Path home() {
    return Path.of(System.getProperty(DataOption.HOME_PROPERTY, "")).toAbsolutePath();
  }

  private static String benchmarks() throws CommandFailure {
    return require(home().resolve("benchmarks/target/leat-benchmarks.jar")).toString();
  }

  private static String jars(String directory) throws CommandFailure {
    return require(home().resolve("benchmarks/target/dist").resolve(directory))
        + File.separator
        + "*";
  }

  private static Path require(Path path) throws CommandFailure {
    if (!Files.exists(path)) {
      throw new CommandFailure(
          path + " is missing; build Leat with 'mvn -DskipTests package' and call bin/leat");
    }
    return path;
  }

  /** A process to start; its class path has the client's configuration first. */
  public ProcessBuilder run(List<String> jvmFlags, Class<?> main, List<String> arguments) {
    return run(jvmFlags, main.getName(), arguments);
  }

  /** As above, for a class that this JVM does not see. */
  ProcessBuilder run(List<String> jvmFlags, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlog4j.configuration=leat-client-log4j.properties");
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
