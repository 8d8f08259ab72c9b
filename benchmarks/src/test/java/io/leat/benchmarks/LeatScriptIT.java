package io.leat.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.benchmarks.LeatScript.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeatScriptIT {
  @TempDir private Path directory;
  private LeatScript leat;

  @BeforeEach
  void leaveTheSourceTree() {
    leat = new LeatScript(directory);
  }

  @Test
  void shouldRunFromAnyDirectoryWhenCalledThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("leat"), LeatScript.SCRIPT);

    Result version = leat.run(link, Map.of(), "--version");

    assertEquals(0, version.code(), version.output());
    assertTrue(version.output().startsWith("Leat "), version.output());
  }

  @Test
  void shouldKnowTheCommandsOfThisModule() throws Exception {
    assertEquals(0, leat.run("quickstart", "--help").code());
    assertEquals(0, leat.run("bench", "--help").code());
    Result noCell = leat.run("fs", "--data", directory.resolve("none").toString(), "-ls", "/");
    assertEquals(1, noCell.code());
    assertTrue(noCell.output().startsWith("leat: there is no cell in"), noCell.output());
  }

  @Test
  void shouldSayWhatItNeedsWhenJavaIsTooOldOrMissing() throws Exception {
    Result missing = leat.run(LeatScript.SCRIPT, Map.of("JAVA_HOME", "/nowhere"), "--version");
    assertEquals(1, missing.code());
    assertTrue(missing.output().contains("JAVA_HOME is /nowhere"), missing.output());

    Result old =
        leat.run(LeatScript.SCRIPT, Map.of("JAVA_HOME", java("11.0.2").toString()), "--version");
    assertEquals(1, old.code());
    assertTrue(old.output().contains("is Java 11; Leat needs 17 or newer"), old.output());
  }

  private Path java(String version) throws IOException {
    Path home = directory.resolve("jdk");
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.createFile(
        home.resolve("bin/java"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    return home;
  }
}
