package io.leat.benchmarks.system;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Hadoop's native library, which short-circuit reads need. */
final class NativeLibrary {
  static final String FILE = "libhadoop.so";

  private NativeLibrary() {}

  /** Flags for a JVM that is to find it. */
  static List<String> jvmFlags(Optional<Path> directory) {
    return directory.map(path -> List.of("-Djava.library.path=" + path)).orElse(List.of());
  }

  /** The directory it stands in: of {@code HADOOP_HOME}, or of Java's library path. */
  static Optional<Path> find() {
    String home = System.getenv("HADOOP_HOME");
    Stream<Path> ofHome = home == null ? Stream.empty() : Stream.of(Path.of(home, "lib", "native"));
    Stream<Path> ofJava =
        Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator, -1))
            .filter(directory -> !directory.isEmpty())
            .map(Path::of);
    return Stream.concat(ofHome, ofJava)
        .filter(directory -> Files.isReadable(directory.resolve(FILE)))
        .findFirst();
  }
}
