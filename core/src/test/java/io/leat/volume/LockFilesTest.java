package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lock files between real processes. */
class LockFilesTest {

  private static final int WAIT_SECONDS = 30;
  private static final String NAME = LockFiles.name("vs", 7, ByteBuffer.wrap(new byte[] {1, 2}));

  @TempDir Path directory;
  private Path volume;
  private LockFiles files;

  @BeforeEach
  void makeDirectory() throws IOException {
    volume = Files.createFile(directory.resolve("volume"));
    files = LockFiles.beside(volume);
    files.makeDirectory();
  }

  /** Another process that holds a lock until it is killed. */
  public static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException, InterruptedException {
      LockFiles.beside(Path.of(args[0])).lock(args[1]);
      System.out.println("locked");
      Thread.sleep(TimeUnit.SECONDS.toMillis(2 * WAIT_SECONDS));
    }
  }

  private Process start(Class<?> main) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            volume.toString(),
            NAME)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private Process holder() throws IOException {
    Process process = start(Holder.class);
    try (BufferedReader out = process.inputReader()) {
      assertEquals("locked", out.readLine());
    }
    return process;
  }

  @Test
  void shouldBeLockedUntilTheProcessIsGone() throws Exception {
    Process holder = holder();
    try {
      assertTrue(files.isLocked(NAME));
      assertTrue(files.isLocked(NAME), "looking at it takes nothing away");
      files.sweep("vs");
      assertTrue(files.isLocked(NAME));
    } finally {
      holder.destroyForcibly();
    }
    assertTrue(holder.waitFor(WAIT_SECONDS, TimeUnit.SECONDS));
    assertFalse(files.isLocked(NAME));
    assertEquals(List.of(), left());
  }

  @Test
  void shouldBeLockedInItsOwnProcessUntilItIsUnlocked() throws IOException {
    files.lock(NAME);
    assertTrue(files.isLocked(NAME));
    files.sweep("vs");
    assertTrue(files.isLocked(NAME));
    files.unlock(NAME);
    assertFalse(files.isLocked(NAME));
    assertEquals(List.of(), left());
    files.unlock(NAME);
  }

  /** Another process that looks at a file. */
  public static final class Watcher {
    private Watcher() {}

    public static void main(String[] args) throws IOException {
      System.out.println(LockFiles.beside(Path.of(args[0])).isLocked(args[1]));
    }
  }

  @Test
  void shouldKeepTheLockThatAServerOfTheSameProcessLooksAt() throws IOException {
    files.lock(NAME);
    files.sweep("vs");
    assertTrue(files.isLocked(NAME));
    assertEquals("true", say(Watcher.class), "as another process sees it");
    files.unlock(NAME);
    assertEquals("false", say(Watcher.class));
  }

  private String say(Class<?> main) throws IOException {
    Process process = start(main);
    try (BufferedReader out = process.inputReader()) {
      return out.readLine();
    }
  }

  @Test
  void shouldStayLockedWhenTheThreadWasInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    files.lock(NAME);
    assertTrue(files.isLocked(NAME));
    files.unlock(NAME);
    assertTrue(Thread.interrupted());
  }

  @Test
  void shouldFindTheFilesWhereverALinkLeads() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), volume);
    LockFiles.beside(link).lock(NAME);
    assertTrue(Files.exists(directory.resolve("volume.fences").resolve(NAME)));
    files.unlock(NAME);
    assertThrows(IOException.class, () -> LockFiles.beside(directory.resolve("missing")));
  }

  @Test
  void shouldSweepWhatDeadProcessesHaveLeft() throws IOException {
    Path beside = directory.resolve("volume.fences");
    Files.createFile(beside.resolve(NAME));
    Files.createFile(beside.resolve(NAME + ".unfinished"));
    Files.createFile(beside.resolve("other-7-0102"));
    files.sweep("vs");
    assertEquals(List.of("other-7-0102"), left());
  }

  @Test
  void shouldHoldNothingWhereThereIsNoDirectory() throws IOException {
    LockFiles nowhere = LockFiles.beside(Files.createFile(directory.resolve("other")));
    assertThrows(IOException.class, () -> nowhere.lock(NAME));
    assertNoneHeld(nowhere);
  }

  private static void assertNoneHeld(LockFiles files) {
    try {
      assertFalse(files.isLocked(NAME));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> left() throws IOException {
    try (var list = Files.list(directory.resolve("volume.fences"))) {
      return list.map(path -> path.getFileName().toString()).toList();
    }
  }
}
