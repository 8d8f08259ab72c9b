package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadChannelsTest {

  private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
  private static final long BOUND_SECONDS = 30;

  @TempDir Path directory;
  private Path file;
  private ReopeningChannel first;

  @BeforeEach
  void open() throws IOException {
    file = Files.write(directory.resolve("file"), new byte[] {1, 2, 3, 4});
    first = new ReopeningChannel(file, READ);
  }

  @AfterEach
  void close() throws IOException {
    first.close();
  }

  @Test
  void shouldReadByAnyThread() throws Exception {
    try (ReadChannels channels = new ReadChannels(first, READ)) {
      List<Thread> threads = new ArrayList<>();
      List<CompletableFuture<ByteBuffer>> all = new ArrayList<>();
      for (int i = 0; i < 2 * ReadChannels.COUNT; i++) {
        CompletableFuture<ByteBuffer> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> done.completeAsync(() -> two(channels), Runnable::run));
        thread.start();
        threads.add(thread);
        all.add(done);
      }
      for (CompletableFuture<ByteBuffer> each : all) {
        assertEquals(ByteBuffer.wrap(new byte[] {3, 4}), each.get(BOUND_SECONDS, TimeUnit.SECONDS));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  private static ByteBuffer two(ReadChannels channels) {
    ByteBuffer dst = ByteBuffer.allocateDirect(2);
    try {
      assertEquals(2, channels.read(dst, 2));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return dst.flip();
  }

  @Test
  void shouldFailWhenClosedButLeaveTheFirstOpen() throws IOException {
    ReadChannels channels = new ReadChannels(first, READ);
    channels.close();

    IOException e =
        assertThrows(IOException.class, () -> channels.read(ByteBuffer.allocateDirect(2), 0));
    assertTrue(e.getMessage().endsWith("was closed"), e.getMessage());
    assertEquals(4, first.run(c -> c.size()));
  }

  @Test
  void shouldRefuseAnotherFileThatTookThePlace() throws IOException {
    // Kept beside it, so that its number is not given to the new one.
    Files.move(file, directory.resolve("old"));
    Files.write(file, new byte[4]);

    assertThrows(NoSuchFileException.class, () -> new ReadChannels(first, READ));
  }
}
