package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LeaseRecoverable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that die or sleep in the middle of a write: the file holds a prefix that was published,
 * all space is accounted for, and a sleeper that wakes spoils nothing.
 */
class LostClientIT {

  private static final int ROUNDS = Integer.getInteger("leat.test.lost.clients", 3);
  private static final int LEASE_MILLIS = 1_500;
  private static final int CHUNKS_MIN = 20;
  private static final int REUSE_FILES = 12;

  @TempDir Path directory;

  private EmbeddedCell cell;
  private FileSystem fs;
  private final long seed = Long.getLong("leat.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private long published;

  @BeforeEach
  void start() throws IOException {
    cell =
        EmbeddedCell.start(
            CellOptions.at(directory).withLeaseMillis(LEASE_MILLIS).withVolumeBytes(256 << 20));
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    fs = FileSystem.newInstance(conf);
  }

  @AfterEach
  void stop() throws IOException {
    fs.close();
    cell.close();
  }

  @Test
  void shouldKeepThePublishedPrefixOfAKilledWriter() throws Exception {
    long used = fs.getStatus().getUsed();
    for (int round = 0; round < ROUNDS; round++) {
      org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("/tmp/killed-" + round);
      Writer writer = new Writer(file, round);
      long flushed = writer.flushed(CHUNKS_MIN + random.nextInt(CHUNKS_MIN));
      signal(writer.process, "KILL");
      flushed = Math.max(flushed, writer.lastFlushed());
      awaitClosed(file);
      requirePrefix(file, round, flushed);
      published += flushed;
      fs.delete(file, false);
    }
    awaitUsed(used);
    report("killed");
  }

  @Test
  void shouldNotLetASleeperSpoilAnything() throws Exception {
    long used = fs.getStatus().getUsed();
    for (int round = 0; round < ROUNDS; round++) {
      org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path("/tmp/slept-" + round);
      Writer writer = new Writer(file, round);
      long flushed = writer.flushed(CHUNKS_MIN + random.nextInt(CHUNKS_MIN));
      signal(writer.process, "STOP");
      awaitClosed(file);
      long length = fs.getFileStatus(file).getLen();
      append(file, round, length);
      for (int i = 0; i < REUSE_FILES; i++) {
        write(reused(i), 1_000 + i, 1 << 20);
      }
      signal(writer.process, "CONT");
      assertTrue(writer.failed(), "the sleeper must be told that its lease is gone");
      assertTrue(length >= flushed, "published bytes are kept");
      requirePrefix(file, round, length + 10_000);
      for (int i = 0; i < REUSE_FILES; i++) {
        requirePrefix(reused(i), 1_000 + i, 1 << 20);
        fs.delete(reused(i), false);
      }
      published += flushed;
      fs.delete(file, false);
    }
    awaitUsed(used);
    report("stopped and continued");
  }

  private void report(String what) {
    System.out.printf(
        "LostClientIT: -Dleat.test.seed=%d; %d clients %s while they wrote, all %d published bytes"
            + " were there, all space came back%n",
        seed, ROUNDS, what, published);
  }

  private static org.apache.hadoop.fs.Path reused(int i) {
    return new org.apache.hadoop.fs.Path("/tmp/reused-" + i);
  }

  private void append(org.apache.hadoop.fs.Path file, long salt, long from) throws IOException {
    byte[] more = new byte[10_000];
    for (int i = 0; i < more.length; i++) {
      more[i] = SteadyWriterMain.byteAt(salt, from + i);
    }
    try (FSDataOutputStream out = fs.append(file)) {
      out.write(more);
    }
  }

  private void write(org.apache.hadoop.fs.Path file, long salt, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = SteadyWriterMain.byteAt(salt, i);
    }
    try (FSDataOutputStream out = fs.create(file, true)) {
      out.write(bytes);
    }
  }

  /** The file has at least {@code atLeast} bytes, and each is what was written there. */
  private void requirePrefix(org.apache.hadoop.fs.Path file, long salt, long atLeast)
      throws IOException {
    int length = (int) fs.getFileStatus(file).getLen();
    assertTrue(length >= atLeast, file + " has " + length + " bytes, published " + atLeast);
    byte[] bytes = new byte[length];
    try (FSDataInputStream in = fs.open(file)) {
      in.readFully(bytes);
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] != SteadyWriterMain.byteAt(salt, i)) {
        throw new AssertionError("byte " + i + " of " + file + " is not what was written");
      }
    }
  }

  private void awaitClosed(org.apache.hadoop.fs.Path file) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!((LeaseRecoverable) fs).isFileClosed(file)) {
      assertTrue(System.nanoTime() < end, "the lost client still holds its lease");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void awaitUsed(long used) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (fs.getStatus().getUsed() != used && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertEquals(used, fs.getStatus().getUsed(), "all space is accounted for");
  }

  private static void signal(Process process, String signal) throws Exception {
    int result =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    assertEquals(0, result, "kill -" + signal);
  }

  /** A process that writes without end. */
  private final class Writer {
    private final Process process;
    private final BufferedReader output;
    private long flushed;

    Writer(org.apache.hadoop.fs.Path file, long salt) throws IOException {
      process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/java",
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SteadyWriterMain.class.getName(),
                  String.join(",", cell.addresses()),
                  file.toString(),
                  Long.toString(salt))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** What is published after {@code chunks} more. */
    long flushed(int chunks) throws IOException {
      for (int i = 0; i < chunks; i++) {
        note(output.readLine());
      }
      return flushed;
    }

    /** What a process that has ended had published, as far as it could say so. */
    long lastFlushed() throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        note(line);
      }
      return flushed;
    }

    private void note(String line) {
      String[] words = line.split(" ", 2);
      if (words[0].equals("FLUSHED") && words.length == 2) {
        flushed = Long.parseLong(words[1]);
      }
    }

    /** True when it ends by itself with a failure. */
    boolean failed() throws Exception {
      String last = "";
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        last = line;
      }
      return process.waitFor(30, TimeUnit.SECONDS) && last.startsWith("FAILED");
    }
  }
}
