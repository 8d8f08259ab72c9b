package io.leat.benchmarks.system;

import java.nio.file.Path;
import java.util.List;

/**
 * How a client reaches a file system.
 *
 * @param configuration directory with the client's {@code core-site.xml}
 * @param base URI of a directory that the client may make and fill
 * @param jvmFlags what its JVM needs beside what every client's has
 */
public record ClientSetup(Path configuration, String base, List<String> jvmFlags) {

  public ClientSetup {
    jvmFlags = List.copyOf(jvmFlags);
  }
}
