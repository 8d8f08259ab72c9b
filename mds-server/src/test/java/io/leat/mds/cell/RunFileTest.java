package io.leat.mds.cell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
  @TempDir private Path directory;
  private CellLayout layout;

  @BeforeEach
  void createCell() throws IOException {
    layout = new CellLayout(directory.resolve("cell"));
    layout.create();
  }

  private static Instant startOfThisProcess() {
    return ProcessHandle.current().info().startInstant().orElseThrow();
  }

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    RunFile run =
        new RunFile(
            ProcessHandle.current().pid(),
            Instant.ofEpochMilli(startOfThisProcess().toEpochMilli()),
            List.of("127.0.0.1:1", "127.0.0.1:2"),
            "a note with a \\ in it");
    run.write(layout);

    assertEquals(Optional.of(run), RunFile.read(layout));
    assertEquals(Optional.of(ProcessHandle.current()), run.process());

    RunFile.delete(layout);
    assertEquals(Optional.empty(), RunFile.read(layout));
  }

  @Test
  void shouldFindNoProcessWhenAnotherOneHasTheNumber() {
    RunFile earlier =
        new RunFile(
            ProcessHandle.current().pid(),
            startOfThisProcess().minusSeconds(60),
            List.of("127.0.0.1:1"),
            "");

    assertTrue(earlier.process().isEmpty());
  }
}
