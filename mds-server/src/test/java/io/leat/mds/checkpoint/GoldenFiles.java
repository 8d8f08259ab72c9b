package io.leat.mds.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The golden area as a directory, and comparisons with it. */
final class GoldenFiles {

  private GoldenFiles() {}

  static Path directory() {
    try {
      return Path.of(GoldenFiles.class.getResource(GoldenArea.RESOURCE).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(GoldenArea.RESOURCE, e);
    }
  }

  /** A copy that may be opened for writing. */
  static Path copyTo(Path to) throws IOException {
    for (String name : names(directory(), any -> true)) {
      Files.copy(directory().resolve(name), to.resolve(name));
    }
    return to;
  }

  static Set<String> names(Path directory, Predicate<String> which) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith("-lock"))
          .filter(which)
          .collect(Collectors.toSet());
    }
  }

  /** Same files, same bytes. */
  static void assertSame(Path written, Predicate<String> which) throws IOException {
    assertEquals(names(directory(), which), names(written, which));
    for (String name : names(written, which)) {
      assertArrayEquals(
          Files.readAllBytes(directory().resolve(name)),
          Files.readAllBytes(written.resolve(name)),
          name + ": the format has changed; give it a new version and keep reading this one");
    }
  }
}
