package io.leat.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.benchmarks.LeatScript.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, as a user calls it. */
class QuickstartIT {
  @TempDir private Path directory;
  private String data;
  private LeatScript leat;

  @BeforeEach
  void chooseDirectory() {
    data = directory.resolve("cell").toString();
    leat = new LeatScript(directory);
  }

  @AfterEach
  void leaveNothingRunning() throws Exception {
    leat.run("stop", "--data", data);
  }

  @Test
  void shouldRunRealJobsPastTheServer() throws Exception {
    Result quickstart = leat.run("quickstart", "--small", "--data", data);
    assertEquals(0, quickstart.code(), quickstart.output());
    assertTrue(
        quickstart.output().contains("TeraValidate found every row, in order."),
        quickstart.output());

    Result listed = leat.run("fs", "--data", data, "-ls", "quickstart/terasort-output");
    assertEquals(0, listed.code(), listed.output());
    assertTrue(listed.output().contains("part-r-00001"), listed.output());

    Result missing = leat.run("fs", "--data", data, "-ls", "/missing");
    assertEquals(1, missing.code(), missing.output());
    assertEquals(0, leat.run("status", "--data", data).code());
  }
}
