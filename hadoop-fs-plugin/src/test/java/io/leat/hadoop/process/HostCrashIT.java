package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellLayout;
import io.leat.mds.cell.RunFile;
import io.leat.mds.cli.BackgroundCell;
import io.leat.mds.cli.Leat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host crashes under a buffered volume: what was synced is there, what was not is refused by an
 * error that names the file. The crash is played: the server is killed and starts again under
 * another boot id, as after a crash that took the page cache along.
 */
class HostCrashIT {

  private static final int PART = 70_000;

  /** Of a file that stands in the image. */
  private static final int INLINE = 4_000;

  @TempDir Path directory;

  private final byte[] bytes = new byte[3 * PART];
  private BackgroundCell cell;

  @AfterEach
  void stop() throws Exception {
    if (cell != null) {
      cell.stop();
    }
  }

  @Test
  void shouldRefuseWhatWasNotSynced() throws Exception {
    new Random(3).nextBytes(bytes);
    RunFile run = start("boot-1", "10m");
    try (FileSystem fs = fileSystem(run)) {
      write(fs, "/tmp/synced", true);
      write(fs, "/tmp/unsynced", false);
      writeInline(fs, "/tmp/inline");
      writeInline(fs, "/tmp/grown");
      try (FSDataOutputStream out = fs.append(path("/tmp/grown"))) {
        out.write(bytes, INLINE, PART);
      }
      try (FSDataOutputStream out = fs.create(path("/tmp/half"))) {
        out.write(bytes, 0, PART);
        out.hsync();
        out.write(bytes, PART, PART);
        out.hflush();
      }
      try (FSDataOutputStream out = fs.append(path("/tmp/synced"))) {
        out.write(bytes, 0, PART);
      }
    }
    crash();
    run = start("boot-2", "10m");
    try (FileSystem fs = fileSystem(run)) {
      requireBytes(fs, "/tmp/synced", bytes.length);
      requireLost(fs, "/tmp/unsynced", 0);
      requireBytes(fs, "/tmp/inline", INLINE);
      requireBytes(fs, "/tmp/grown", INLINE + PART);
      requireLost(fs, "/tmp/half", PART);
      requireBytes(fs, "/tmp/half", PART);
      assertThrows(IOException.class, () -> fs.append(path("/tmp/half")).close());
      assertTrue(fs.truncate(path("/tmp/half"), PART));
      try (FSDataOutputStream out = fs.append(path("/tmp/half"))) {
        out.write(bytes, PART, PART);
      }
      requireBytes(fs, "/tmp/half", 2 * PART);
    }
  }

  @Test
  void shouldKeepWhatTheServerHasSynced() throws Exception {
    new Random(4).nextBytes(bytes);
    RunFile run = start("boot-1", "100ms");
    try (FileSystem fs = fileSystem(run)) {
      write(fs, "/tmp/flushed", false);
      awaitSynced();
    }
    crash();
    run = start("boot-2", "10m");
    try (FileSystem fs = fileSystem(run)) {
      requireBytes(fs, "/tmp/flushed", bytes.length);
    }
    cell.stop();
    run = start("boot-3", "10m");
    try (FileSystem fs = fileSystem(run)) {
      requireBytes(fs, "/tmp/flushed", bytes.length);
    }
  }

  private RunFile start(String bootId, String interval) throws Exception {
    cell = new BackgroundCell(new CellLayout(directory), List.of("-Dleat.boot.id=" + bootId));
    return cell.start(Map.of("leat.volume.size", "256m", "leat.volume.sync.interval", interval));
  }

  private void awaitSynced() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String shown = "";
    while (!shown.contains("\"unsyncedCommits\": 0")) {
      assertTrue(System.nanoTime() < end, shown);
      StringWriter out = new StringWriter();
      Leat.commandLine()
          .setOut(new PrintWriter(out))
          .execute("vs", "show", "demo", "--json", "--data", directory.toString());
      shown = out.toString();
    }
  }

  private void crash() throws Exception {
    ProcessHandle server = cell.running().orElseThrow().process().orElseThrow();
    server.destroyForcibly();
    server.onExit().get(10, TimeUnit.SECONDS);
  }

  private static FileSystem fileSystem(RunFile run) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", run.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    return FileSystem.newInstance(conf);
  }

  private void write(FileSystem fs, String file, boolean sync) throws IOException {
    try (FSDataOutputStream out = fs.create(path(file))) {
      out.write(bytes);
      if (sync) {
        out.hsync();
      }
    }
  }

  private void writeInline(FileSystem fs, String file) throws IOException {
    try (FSDataOutputStream out = fs.create(path(file))) {
      out.write(bytes, 0, INLINE);
    }
  }

  private void requireBytes(FileSystem fs, String file, int length) throws IOException {
    byte[] read = new byte[length];
    try (FSDataInputStream in = fs.open(path(file))) {
      in.readFully(0, read);
    }
    assertArrayEquals(Arrays.copyOf(bytes, length), read);
  }

  private void requireLost(FileSystem fs, String file, long from) throws IOException {
    try (FSDataInputStream in = fs.open(path(file))) {
      in.seek(from);
      IOException e = assertThrows(IOException.class, in::read);
      assertTrue(e.getMessage().contains(file), e.getMessage());
      assertTrue(e.getMessage().contains("from " + from + " on"), e.getMessage());
      assertEquals(from, in.getPos());
    }
  }

  private static org.apache.hadoop.fs.Path path(String file) {
    return new org.apache.hadoop.fs.Path(file);
  }
}
