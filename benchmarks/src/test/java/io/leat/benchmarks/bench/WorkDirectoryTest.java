package io.leat.benchmarks.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir private Path parent;

  @Test
  void shouldRefuseADirectoryThatHoldsSomething() throws IOException {
    Path busy = Files.createDirectory(parent.resolve("busy"));
    Path file = Files.writeString(busy.resolve("mine"), "keep");

    CommandFailure failure = assertThrows(CommandFailure.class, () -> WorkDirectory.make(busy, 0));

    assertTrue(failure.getMessage().startsWith(busy + " is not empty"), failure.getMessage());
    assertEquals("keep", Files.readString(file));
  }

  @Test
  void shouldRefuseADiskThatIsTooFull() {
    Path wanted = parent.resolve("new");

    assertThrows(CommandFailure.class, () -> WorkDirectory.make(wanted, Long.MAX_VALUE));

    assertFalse(Files.exists(wanted));
  }

  @Test
  void shouldRemoveEverything() throws IOException {
    WorkDirectory directory = filled();

    directory.forgetLogs();
    directory.close();

    assertFalse(Files.exists(directory.root()));
  }

  @Test
  void shouldKeepTheLogsAfterAFailure() throws IOException {
    WorkDirectory directory = filled();

    directory.close();

    try (Stream<Path> left = Files.walk(directory.root())) {
      assertEquals(
          List.of(directory.root().resolve("hdfs/logs/hdfs.log")),
          left.filter(Files::isRegularFile).toList());
    }
    assertFalse(Files.exists(directory.root().resolve("hdfs/data")));
  }

  private WorkDirectory filled() throws IOException {
    WorkDirectory directory = WorkDirectory.make(parent.resolve("new"), 1);
    Path data = Files.createDirectories(directory.root().resolve("hdfs/data"));
    Files.writeString(data.resolve("block"), "bytes");
    Path logs = Files.createDirectories(directory.root().resolve("hdfs/logs"));
    Files.writeString(logs.resolve("hdfs.log"), "it failed");
    return directory;
  }
}
