package io.leat.mds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return Leat.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void shouldExitWithTwoWhenCalledInTheWrongWay() {
    assertEquals(2, execute());
    assertEquals(2, execute("nonsense"));
    assertEquals(2, execute("status", "--nonsense"));
    assertEquals(2, execute("mds", "start"));
    assertTrue(err.toString().contains("--conf=DIR"));
  }

  @Test
  void shouldTeachWhenAskedForHelp() {
    for (Map.Entry<String, CommandLine> command : Leat.commandLine().getSubcommands().entrySet()) {
      assertEquals(0, execute(command.getKey(), "--help"));
      boolean hidden = command.getValue().getCommandSpec().usageMessage().hidden();
      boolean example = command.getValue().getUsageMessage().contains("Example");
      assertTrue(hidden || example, command.getKey() + " has no example");
    }
  }

  @Test
  void shouldPrintOneLineWhenThereIsNoCell(@TempDir Path directory) {
    assertEquals(1, execute("status", "--data", directory.toString()));

    assertEquals(
        "leat: there is no cell in %s; start one with 'leat start --data %s'%n"
            .formatted(directory, directory),
        err.toString());
  }

  @Test
  void shouldPrintOneLineWhenTheDirectoryIsNotACells(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("thesis.tex"), "x");

    assertEquals(1, execute("start", "--data", directory.toString()));

    assertEquals(1, err.toString().lines().count());
    assertTrue(err.toString().contains("is not empty and no Leat cell"));
  }

  @Test
  void shouldShowTheOriginWhenVerbose(@TempDir Path directory) {
    assertEquals(1, execute("stop", "--verbose", "--data", directory.toString()));

    assertTrue(err.toString().contains("CommandFailure"));
  }

  @Test
  void shouldNameTheAddressWhenNoServerAnswers() {
    assertEquals(1, execute("vs", "list", "--mds", "127.0.0.1:1"));
    assertEquals(1, execute("client", "list", "--mds", "nonsense"));

    assertEquals(2, err.toString().lines().count());
    assertTrue(err.toString().contains("127.0.0.1:1"));
    assertTrue(err.toString().contains("'nonsense' is no address"));
  }

  @Test
  void shouldWantAnAbsolutePathToExplain() {
    assertEquals(2, execute("why"));
    assertEquals(2, execute("why", "relative", "--mds", "127.0.0.1:1"));
    assertTrue(err.toString().contains("'relative' is not absolute"));
    assertEquals(2, execute("why", "leat:// /", "--mds", "127.0.0.1:1"));
    assertEquals(2, execute("why", "leat:user/ann", "--mds", "127.0.0.1:1"));
    assertEquals(2, execute("why", "leat://b/x", "--vs", "a", "--mds", "127.0.0.1:1"));
    assertEquals(2, execute("client", "expel", "--mds", "127.0.0.1:1"));
  }

  @Test
  void shouldMakeAVolumeOnce(@TempDir Path directory) {
    String file = directory.resolve("demo.vol").toString();
    String[] create = {"volume", "create", file, "--name", "demo", "--size", "1m"};

    assertEquals(0, execute(create), err::toString);
    assertTrue(out.toString().contains("Volume demo, 1 MiB, UUID "), out.toString());

    assertEquals(1, execute(create));
    assertEquals("leat: %s exists already%n".formatted(file), err.toString());
    assertEquals(2, execute("volume", "create", file, "--name", "demo", "--size", "much"));
    assertEquals(2, execute("volume", "create", file + "2", "--name", "demo"));
    assertEquals(2, execute("volume", "create", "/dev/null", "--name", "demo", "--size", "1m"));
    assertEquals(1, execute("volume", "create", "/dev/null", "--name", "demo"));
    assertTrue(err.toString().contains("neither a regular file nor a block device"));
  }

  @Test
  void shouldCompleteItsCommands() {
    assertEquals(0, execute("completion"));

    assertTrue(out.toString().contains("status"), out.toString());
  }

  @Test
  void shouldWriteJsonThatParses() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "a \"quoted\" \\ line\n");
    map.put("numbers", List.of(1, 2));
    map.put("nothing", null);
    map.put("empty", List.of());

    assertEquals(
        """
        {
          "text": "a \\"quoted\\" \\\\ line\\n",
          "numbers": [
            1,
            2
          ],
          "nothing": null,
          "empty": []
        }""",
        Json.of(map));
  }

  @Test
  void shouldSimulateSeedsAndSayHowToRepeatAFailure() {
    assertEquals(0, execute("sim", "--seed", "1", "--seeds", "1"));
    assertTrue(out.toString().startsWith("seed 1: ok, "), out.toString());
    assertEquals(2, execute("sim", "--plant", "nonsense"));
    assertEquals(1, execute("sim", "--seed", "1", "--plant", "commit-before-data"));
    assertTrue(out.toString().contains("sim --seed "), out.toString());
    assertTrue(out.toString().contains(" --seeds 1 --plant commit-before-data"), out.toString());
  }
}
