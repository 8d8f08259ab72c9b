package io.leat.mds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

  private static final long SECONDS_MAX = 20;

  /** Says that it listens, and then what it receives. */
  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1])
      print("LISTENS", flush=True)
      print(s.recv(4096).decode(), flush=True)
      """;

  @TempDir Path directory;

  private static boolean isThere(String tool) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
  }

  private static void requireTool(String tool) {
    assumeTrue(isThere(tool), "SKIPPED: there is no " + tool + " on this host");
  }

  @Test
  void shouldSayWhatStartsItAgain() {
    Map<String, String> started = Map.of("SYSTEMD_EXEC_PID", "7");
    String unit = "0::/user@0.service/app.slice/leat-mds@a.service\n";
    String known = new Supervisor(7, started, unit).describe();
    assertTrue(known.contains("systemd starts it again"), known);
    assertTrue(known.contains("unit leat-mds@a.service "), known);
    String nested = "0::/user@0.service/leat-mds@a.service\n";
    assertEquals(known, new Supervisor(7, started, nested).describe());
    String session = "0::/user.slice/user-0.slice/session-1.scope\n";
    assertTrue(new Supervisor(7, started, session).describe().startsWith("Nothing"));
    assertTrue(new Supervisor(8, started, unit).describe().startsWith("Nothing"), "of a child");
    assertTrue(new Supervisor(7, Map.of(), unit).describe().startsWith("Nothing"));
  }

  @Test
  void shouldTellSystemdThatItAnswers() throws Exception {
    requireTool("systemd-notify");
    requireTool("python3");
    Path socket = directory.resolve("notify");
    Process listener =
        new ProcessBuilder("python3", "-c", LISTENER, socket.toString())
            .redirectErrorStream(true)
            .start();
    try (var out = listener.inputReader(StandardCharsets.UTF_8)) {
      assertEquals("LISTENS", out.readLine());
      new Supervisor(7, Map.of("NOTIFY_SOCKET", socket.toString()), "").ready("at h:1");
      String received = out.readLine() + "\n" + out.readLine();
      assertTrue(received.contains("READY=1") && received.contains("STATUS=at h:1"), received);
    } finally {
      listener.destroyForcibly().waitFor(SECONDS_MAX, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldShipAUnitThatSystemdUnderstands() throws Exception {
    requireTool("systemd-analyze");
    Path shipped = Path.of("../bin/systemd/leat-mds@.service");
    Path unit = directory.resolve("leat-mds@.service");
    String text = Files.readString(shipped);
    Path leat = Path.of("../bin/leat").toRealPath();
    Files.writeString(
        unit,
        text.replace("/opt/leat/bin/leat", leat.toString()).replace("User=leat", "User=root"));
    assertEquals("", verify(unit));
    Files.writeString(unit, Files.readString(unit).replace("RestartSec=1", "RestartSec=soon"));
    assertTrue(verify(unit).contains("soon"), "what is wrong is told");
  }

  /** What systemd finds wrong with it. */
  private static String verify(Path unit) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS));
    return said.lines().filter(line -> line.contains("leat-mds")).reduce("", String::concat);
  }
}
