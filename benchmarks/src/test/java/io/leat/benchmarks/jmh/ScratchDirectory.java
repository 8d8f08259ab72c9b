package io.leat.benchmarks.jmh;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A new directory under {@code target}, on the disk of the build, gone when closed. */
final class ScratchDirectory implements Closeable {
  private final Path path;

  ScratchDirectory() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    path = Files.createTempDirectory(target, "jmh-");
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() throws IOException {
    List<Path> deepestFirst;
    try (var found = Files.walk(path)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : deepestFirst) {
      Files.delete(each);
    }
  }
}
