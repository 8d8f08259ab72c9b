package io.leat.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReopeningChannelTest {

  @TempDir Path directory;
  private Path file;
  private ReopeningChannel channel;
  private int calls;

  @BeforeEach
  void open() throws IOException {
    file = Files.write(directory.resolve("file"), new byte[100]);
    channel = new ReopeningChannel(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @AfterEach
  void close() throws IOException {
    Thread.interrupted();
    channel.close();
  }

  /** Reads after interrupting the own thread in the first {@code times} calls. */
  private long readInterrupted(FileChannel on, int times) throws IOException {
    calls++;
    if (calls <= times) {
      Thread.currentThread().interrupt();
    }
    return on.read(ByteBuffer.allocateDirect(10), 0);
  }

  @Test
  void shouldNotReopenWhenInterruptedBefore() throws IOException {
    Thread.currentThread().interrupt();
    assertEquals(10, channel.run(c -> readInterrupted(c, 0)));
    assertTrue(Thread.interrupted());
    assertEquals(1, calls);
    assertFalse(channel.takeReopened());
  }

  @Test
  void shouldRepeatAndRestoreTheFlagWhenInterruptedDuringTheCall() throws IOException {
    assertEquals(10, channel.run(c -> readInterrupted(c, 3)));
    assertEquals(4, calls);
    assertTrue(Thread.interrupted());
    assertTrue(channel.takeReopened());
    assertFalse(channel.takeReopened());
  }

  @Test
  void shouldRepeatATransferFromTheSamePosition() throws IOException {
    Files.write(file, new byte[] {1, 2, 3, 4, 5, 6});
    ByteBuffer into = ByteBuffer.allocateDirect(10).position(1).limit(4);
    int read =
        channel.run(
            (on, buffer, offset) -> {
              int count = on.read(buffer, offset);
              if (calls++ < 3) {
                on.close();
                Thread.currentThread().interrupt();
                throw new ClosedChannelException(); // as if it had been closed after its work
              }
              return count;
            },
            into,
            2);
    assertEquals(3, read);
    assertEquals(4, calls);
    assertEquals(ByteBuffer.wrap(new byte[] {3, 4, 5}), into.flip().position(1));
    assertTrue(Thread.interrupted());
    assertTrue(channel.takeReopened());
  }

  @Test
  void shouldNotReopenForATransferWhenInterruptedBefore() throws IOException {
    Thread.currentThread().interrupt();
    assertEquals(10, channel.run(FileChannel::read, ByteBuffer.allocateDirect(10), 0));
    assertTrue(Thread.interrupted());
    assertFalse(channel.takeReopened());
  }

  @Test
  void shouldUseAnOwnChannelWhenTheSharedOneIsLostOften() throws IOException {
    int lost = ReopeningChannel.SHARED_ATTEMPTS_MAX;
    FileChannel[] shared = new FileChannel[1];
    channel.run(
        c -> {
          calls++;
          if (calls <= lost) {
            shared[0] = c;
            c.close();
          }
          return c.size();
        });
    assertEquals(lost + 1, calls);
    assertFalse(Thread.interrupted());
    FileChannel current = sharedChannel();
    assertFalse(current == shared[0]);
    assertTrue(current.isOpen());
  }

  private FileChannel sharedChannel() throws IOException {
    FileChannel[] seen = new FileChannel[1];
    channel.run(
        c -> {
          seen[0] = c;
          return 0;
        });
    return seen[0];
  }

  @Test
  void shouldFinishOnAnotherThreadWhenInterruptedEveryTime() throws IOException {
    Thread caller = Thread.currentThread();
    long read =
        channel.run(
            c -> {
              calls++;
              caller.interrupt();
              return c.read(ByteBuffer.allocateDirect(10), 0);
            });
    assertEquals(10, read);
    assertEquals(ReopeningChannel.SHARED_ATTEMPTS_MAX + 1, calls);
    assertTrue(Thread.interrupted());
  }

  @Test
  void shouldPassOnTheFailureWhenItHappensOnAnotherThread() {
    Thread caller = Thread.currentThread();
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                channel.run(
                    c -> {
                      if (Thread.currentThread() != caller) {
                        throw new IOException("disk on fire");
                      }
                      caller.interrupt();
                      return c.size();
                    }));
    assertEquals("disk on fire", e.getMessage());
    assertTrue(Thread.interrupted());
  }

  @Test
  void shouldTellThatItWasCutOffWhenTriedOnce() throws IOException {
    assertFalse(channel.tryOnce(c -> readInterrupted(c, 1)));
    assertTrue(Thread.interrupted());
    assertTrue(channel.tryOnce(c -> readInterrupted(c, 1)));
    assertEquals(2, calls);
  }

  @Test
  void shouldRefuseAnotherFileWhenItTookThePlace() throws IOException {
    Path other = Files.write(directory.resolve("other"), new byte[100]);
    Files.move(file, directory.resolve("moved"));
    Files.move(other, file);
    assertThrows(NoSuchFileException.class, () -> channel.run(c -> readInterrupted(c, 1)));
    assertTrue(Thread.interrupted());
  }

  @Test
  void shouldFailInsteadOfReopeningWhenClosed() throws IOException {
    channel.close();
    assertThrows(IOException.class, () -> channel.run(FileChannel::size));
    assertThrows(IOException.class, channel::checkOpen);
  }
}
