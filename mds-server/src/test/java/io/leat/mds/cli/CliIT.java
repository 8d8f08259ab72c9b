package io.leat.mds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cell as a real process, driven by the real commands. */
class CliIT {
  @TempDir private Path directory;
  private CellLayout layout;
  private BackgroundCell cell;
  private StringWriter out;

  @BeforeEach
  void chooseDirectory() {
    layout = new CellLayout(directory.resolve("cell"));
    cell = new BackgroundCell(layout);
  }

  @AfterEach
  void leaveNothingRunning() throws Exception {
    cell.stop();
  }

  private int execute(String... arguments) {
    out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    return Leat.commandLine().setOut(printer).setErr(printer).execute(arguments);
  }

  private int start() {
    return execute("start", "--data", layout.root().toString(), "--volume-size", "128m");
  }

  @Test
  void shouldServeUntilStopped() throws Exception {
    assertEquals(0, start(), () -> out.toString());
    RunFile run = cell.running().orElseThrow();
    assertTrue(out.toString().contains(run.addresses().get(0)), out.toString());
    assertTrue(out.toString().contains(layout.coreSite().toString()));

    String data = layout.root().toString();
    assertEquals(0, execute("status", "--data", data, "--json"), () -> out.toString());
    assertTrue(out.toString().contains("\"running\": true"), out.toString());
    assertEquals(0, execute("vs", "list", "--data", data));
    assertTrue(out.toString().contains("demo"), out.toString());
    assertEquals(0, execute("vs", "show", "demo", "--data", data), () -> out.toString());
    assertEquals(0, execute("client", "list", "--data", data), () -> out.toString());
    assertEquals(0, execute("why", "/tmp", "--data", data), () -> out.toString());
    assertTrue(out.toString().contains("nothing waits for /tmp"), out.toString());
    assertEquals(0, execute("why", "leat://demo/", "--json", "--data", data));
    assertTrue(out.toString().contains("\"waitingTotal\": 0"), out.toString());
    assertEquals(1, execute("why", "/none", "--data", data));
    assertEquals(1, execute("why", "leat://other/tmp", "--data", data));
    assertEquals(1, execute("client", "expel", "4711", "--data", data));
    assertTrue(out.toString().contains("No session 4711"), out.toString());

    assertEquals(0, start());
    assertTrue(out.toString().contains("serves already"), out.toString());
    assertEquals(run, cell.running().orElseThrow());

    ProcessHandle process = run.process().orElseThrow();
    assertEquals(0, execute("stop", "--data", data));
    assertTrue(out.toString().contains("has stopped"), out.toString());
    assertFalse(Processes.runs(process));
    assertEquals(1, execute("status", "--data", data));
    assertEquals(0, execute("stop", "--data", data));
    assertTrue(out.toString().contains("No cell is running"), out.toString());
  }

  @Test
  void shouldStartAgainWhenItsProcessWasKilled() throws Exception {
    assertEquals(0, start(), () -> out.toString());
    RunFile killed = cell.running().orElseThrow();
    ProcessHandle process = killed.process().orElseThrow();
    process.destroyForcibly();
    assertTrue(Processes.awaitEnd(process, Duration.ofSeconds(10)));

    assertEquals(1, execute("status", "--data", layout.root().toString()));
    assertEquals(0, start(), () -> out.toString());

    assertEquals(killed.addresses(), cell.running().orElseThrow().addresses());
  }

  @Test
  void shouldSayWhyWhenItDoesNotStart() throws Exception {
    layout.create();
    Files.writeString(layout.leatSite(), "<configuration></configuration>");

    assertEquals(1, start());

    assertTrue(out.toString().contains("leat.mds.name is not set"), out.toString());
    assertTrue(cell.running().isEmpty());
  }
}
