package io.leat.benchmarks;

import io.leat.mds.cli.CommandFailure;
import io.leat.mds.cli.DataOption;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to run a Hadoop client in a JVM of its own: with the shaded jar, without the servers'. */
final class ClientJvm {
  private final List<String> classPath;

  private ClientJvm(List<String> classPath) {
    this.classPath = List.copyOf(classPath);
  }

  /**
   * From what is built in this installation.
   *
   * @param configuration directory with the client's {@code core-site.xml}
   */
  static ClientJvm of(Path configuration) throws IOException {
    Path home = Path.of(System.getProperty(DataOption.HOME_PROPERTY, "")).toAbsolutePath();
    Path target = home.resolve("benchmarks/target");
    Path plugin = require(home.resolve("hadoop-fs-plugin/target/leat-hadoop.jar"));
    Path benchmarks = require(target.resolve("leat-benchmarks.jar"));
    Path hadoop = require(target.resolve("dist/client"));
    return new ClientJvm(
        List.of(
            require(configuration).toString(),
            plugin.toString(),
            benchmarks.toString(),
            hadoop + File.separator + "*"));
  }

  private static Path require(Path path) throws CommandFailure {
    if (!Files.exists(path)) {
      throw new CommandFailure(
          path + " is missing; build Leat with 'mvn -DskipTests package' and call bin/leat");
    }
    return path;
  }

  /** A process to start; its class path has the client's configuration first. */
  ProcessBuilder run(List<String> jvmFlags, Class<?> main, List<String> arguments) {
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
