package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two client processes on one file. */
class TwoProcessesIT {

  @TempDir static Path directory;

  private static EmbeddedCell cell;
  private ClientProcess one;
  private ClientProcess two;

  @BeforeAll
  static void startCell() throws IOException {
    cell = EmbeddedCell.start(CellOptions.at(directory).withLeaseMillis(2_000));
  }

  @AfterAll
  static void stopCell() throws IOException {
    cell.close();
  }

  @BeforeEach
  void startClients() throws IOException {
    one = new ClientProcess(cell.addresses());
    two = new ClientProcess(cell.addresses());
  }

  @AfterEach
  void stopClients() throws IOException {
    one.close();
    two.close();
  }

  @Test
  void shouldReadWhatAnotherProcessHasFlushed() throws IOException {
    one.tell("create /tmp/flushed");
    one.tell("write /tmp/flushed one,");
    one.tell("hflush /tmp/flushed");
    two.tell("open /tmp/flushed");
    assertEquals("one,", two.tell("read /tmp/flushed"));
    one.tell("write /tmp/flushed two,");
    assertEquals("", two.tell("read /tmp/flushed"), "not flushed yet");
    one.tell("hsync /tmp/flushed");
    assertEquals("two,", two.tell("read /tmp/flushed"), "the open stream sees the file grow");
    one.tell("close /tmp/flushed");
    two.tell("append /tmp/flushed");
    two.tell("write /tmp/flushed three");
    two.tell("close /tmp/flushed");
    one.tell("open /tmp/flushed");
    assertEquals("one,two,three", one.tell("read /tmp/flushed"));
  }

  /** Bytes of a file: they stand in the image, or on the volume. */
  private static String text(String start, boolean inline) {
    return inline ? start : start + "x".repeat(5_000);
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(booleans = {true, false})
  void shouldSeeAnAppendThroughAStreamOpenedBefore(boolean inline) throws IOException {
    String first = text("first", inline);
    one.tell("create /tmp/appended");
    one.tell("write /tmp/appended " + first);
    one.tell("close /tmp/appended");
    two.tell("open /tmp/appended");
    assertEquals(first, two.tell("read /tmp/appended"));
    one.tell("append /tmp/appended");
    one.tell("write /tmp/appended second");
    one.tell("hflush /tmp/appended");
    assertEquals("second", two.tell("read /tmp/appended"));
    one.tell("close /tmp/appended");
    two.tell("unopen /tmp/appended");
  }

  @Test
  void shouldReadAnInlineFileThatAnotherProcessAppendsTo() throws IOException {
    one.tell("create /tmp/inline");
    one.tell("write /tmp/inline first");
    one.tell("close /tmp/inline");
    two.tell("open /tmp/inline");
    one.tell("append /tmp/inline");
    one.tell("write /tmp/inline second");
    assertEquals("first", two.tell("read /tmp/inline"), "a snapshot of what was closed");
    one.tell("close /tmp/inline");
    assertEquals("second", two.tell("read /tmp/inline"));
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(booleans = {true, false})
  void shouldReadADeletedFileUntilItIsClosed(boolean inline) throws Exception {
    String doomed = text("still here", inline);
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    try (FileSystem fs = FileSystem.newInstance(conf)) {
      long used = fs.getStatus().getUsed();
      one.tell("create /tmp/doomed");
      one.tell("write /tmp/doomed " + doomed);
      one.tell("close /tmp/doomed");
      two.tell("open /tmp/doomed");
      assertEquals("true", one.tell("delete /tmp/doomed"));
      assertEquals("false", two.tell("exists /tmp/doomed"));
      one.tell("create /tmp/another");
      one.tell("write /tmp/another " + "x".repeat(100_000));
      one.tell("close /tmp/another");
      assertEquals(doomed, two.tell("read /tmp/doomed"));
      two.tell("unopen /tmp/doomed");
      one.tell("delete /tmp/another");
      await(() -> used(fs) <= used);
    }
  }

  private static long used(FileSystem fs) {
    try {
      return fs.getStatus().getUsed();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void shouldRefuseASecondWriterAndRecoverTheLease() throws IOException {
    one.tell("create /tmp/leased");
    one.tell("write /tmp/leased kept");
    one.tell("hflush /tmp/leased");
    IOException held = assertThrows(IOException.class, () -> two.tell("append /tmp/leased"));
    assertTrue(held.getMessage().contains("is being written by"), held.getMessage());
    assertTrue(held.getMessage().contains("ms left"), held.getMessage());
    assertEquals("true", two.tell("recover /tmp/leased"));
    one.tell("write /tmp/leased lost");
    IOException lost = assertThrows(IOException.class, () -> one.tell("close /tmp/leased"));
    assertTrue(lost.getMessage().contains("lease"), lost.getMessage());
    two.tell("append /tmp/leased");
    two.tell("write /tmp/leased , and more");
    two.tell("close /tmp/leased");
    two.tell("open /tmp/leased");
    assertEquals("kept, and more", two.tell("read /tmp/leased"));
  }

  @Test
  void shouldTakeTheLeaseFromAKilledProcess() throws Exception {
    one.tell("create /tmp/orphan");
    one.tell("write /tmp/orphan committed");
    one.tell("hflush /tmp/orphan");
    one.tell("write /tmp/orphan never flushed");
    one.kill();
    await(
        () -> {
          try {
            two.tell("append /tmp/orphan");
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    two.tell("close /tmp/orphan");
    two.tell("open /tmp/orphan");
    assertEquals("committed", two.tell("read /tmp/orphan"));
  }

  @ParameterizedTest(name = "inline={0}")
  @ValueSource(booleans = {true, false})
  void shouldSeeATruncationThroughAnOpenStream(boolean inline) throws IOException {
    one.tell("create /tmp/cut");
    one.tell("write /tmp/cut " + text("0123456789", inline));
    one.tell("close /tmp/cut");
    two.tell("open /tmp/cut");
    assertEquals("true", one.tell("truncate /tmp/cut 4"));
    assertEquals("0123", two.tell("read /tmp/cut"));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "the condition did not come true in 30 s");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
