package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one process remembers of paths, and another changes. */
class RememberedPathsIT {

  private static final int LEASE_MILLIS = 20_000;
  private static final int ROUNDS = 20;
  private static final int ALTERNATIONS = 300;
  private static final int REVOCATIONS = 500;

  /** How often a path is asked for until it is surely remembered. */
  private static final int ASKS = 3;

  @TempDir static Path directory;

  private static EmbeddedCell cell;

  @BeforeAll
  static void startCell() throws IOException {
    cell = EmbeddedCell.start(CellOptions.at(directory).withLeaseMillis(LEASE_MILLIS));
  }

  @AfterAll
  static void stopCell() throws IOException {
    cell.close();
  }

  private static FileSystem client() throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    return FileSystem.newInstance(conf);
  }

  private static void write(ClientProcess client, String path, String text) throws IOException {
    client.tell("create " + path);
    client.tell("write " + path + " " + text);
    client.tell("close " + path);
  }

  private static void requireSeen(ClientProcess client, String path, String text)
      throws IOException {
    for (int i = 0; i < ASKS; i++) {
      assertEquals("" + text.length(), client.tell("size " + path));
      client.tell("open " + path);
      assertEquals(text, client.tell("read " + path));
      client.tell("unopen " + path);
    }
  }

  @Test
  void shouldSeeAtOnceWhatAnotherProcessChanges() throws IOException {
    try (ClientProcess one = new ClientProcess(cell.addresses());
        ClientProcess two = new ClientProcess(cell.addresses())) {
      for (int round = 0; round < ROUNDS; round++) {
        String text = "round" + "x".repeat(round);
        write(one, "/tmp/a/f", text); // overwrites the inode that the other remembers
        requireSeen(two, "/tmp/a/f", text);
        one.tell("append /tmp/a/f");
        one.tell("write /tmp/a/f more");
        one.tell("close /tmp/a/f");
        requireSeen(two, "/tmp/a/f", text + "more");
        one.tell("rename /tmp/a /tmp/b");
        assertEquals("false", two.tell("exists /tmp/a/f"));
        requireSeen(two, "/tmp/b/f", text + "more");
        one.tell("chmod /tmp/b/f 600");
        assertEquals("rw-------", two.tell("mode /tmp/b/f"));
        one.tell("rename /tmp/b /tmp/a");
        assertEquals("false", two.tell("exists /tmp/b/f"));
      }
      one.tell("delete /tmp/a");
      assertEquals("false", two.tell("exists /tmp/a/f"));
    }
  }

  private static void requireListed(ClientProcess client, String path, String entries)
      throws IOException {
    for (int i = 0; i < ASKS; i++) {
      assertEquals(entries, client.tell("list " + path));
    }
  }

  private static void requireAbsent(ClientProcess client, String path) throws IOException {
    for (int i = 0; i < ASKS; i++) {
      assertEquals("false", client.tell("exists " + path));
    }
  }

  @Test
  void shouldSeeAtOnceWhatAnotherProcessAddsAndTakesAway() throws IOException {
    try (ClientProcess one = new ClientProcess(cell.addresses());
        ClientProcess two = new ClientProcess(cell.addresses())) {
      one.tell("mkdirs /tmp/d");
      for (int round = 0; round < ROUNDS; round++) {
        requireAbsent(two, "/tmp/d/f");
        requireListed(two, "/tmp/d", "");
        String made = two.tell("modified /tmp/d");
        write(one, "/tmp/d/f", "text");
        assertEquals("f:4", two.tell("list /tmp/d"));
        assertEquals("true", two.tell("exists /tmp/d/f"));
        assertNotEquals(made, two.tell("modified /tmp/d"));
        requireListed(two, "/tmp/d", "f:4");
        one.tell("append /tmp/d/f");
        one.tell("write /tmp/d/f more");
        one.tell("close /tmp/d/f");
        assertEquals("f:8", two.tell("list /tmp/d"));
        requireListed(two, "/tmp/d", "f:8");
        requireAbsent(two, "/tmp/d/g/h");
        two.tell("mkdirs /tmp/d/g/h"); // what it remembers itself
        assertEquals("true", two.tell("exists /tmp/d/g/h"));
        assertEquals("f:8 g:0", two.tell("list /tmp/d"));
        one.tell("rename /tmp/d/g/h /tmp/d/h");
        assertEquals("f:8 g:0 h:0", two.tell("list /tmp/d"));
        assertEquals("", two.tell("list /tmp/d/g"));
        one.tell("delete /tmp/d/f");
        one.tell("delete /tmp/d/g");
        one.tell("delete /tmp/d/h");
        assertEquals("", two.tell("list /tmp/d"));
      }
    }
  }

  /** A client that is dead holds up a delete no longer than it might have remembered the path. */
  @Test
  @Timeout(60)
  void shouldNotWaitALeaseForADeadClient() throws IOException {
    try (ClientProcess one = new ClientProcess(cell.addresses())) {
      write(one, "/tmp/dead", "text");
      ClientProcess two = new ClientProcess(cell.addresses());
      requireSeen(two, "/tmp/dead", "text");
      two.kill();
      long start = System.nanoTime();
      assertEquals("true", one.tell("delete /tmp/dead"));
      long millis = (System.nanoTime() - start) / 1_000_000;
      System.out.printf("a delete waited %d ms for a dead client%n", millis);
      assertTrue(millis < LEASE_MILLIS / 2, millis + " ms");
    }
  }

  /** A client that lives gives back at once what another needs. */
  @Test
  @Timeout(120)
  void shouldGetBackFromALivingClientWithoutWaitingForItsLease() throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/tmp/held");
    long[] micros = new long[REVOCATIONS];
    try (ClientProcess reader = new ClientProcess(cell.addresses());
        FileSystem writer = client()) {
      write(reader, path.toString(), "text");
      for (int i = 0; i < REVOCATIONS; i++) {
        reader.tell("open " + path);
        long start = System.nanoTime();
        FSDataOutputStream out = writer.append(path); // takes IO, SIZE and EXTENT from the reader
        micros[i] = (System.nanoTime() - start) / 1_000;
        out.close();
        reader.tell("unopen " + path);
      }
    }
    Arrays.sort(micros);
    long p99 = micros[REVOCATIONS * 99 / 100];
    System.out.printf(
        "an append that revokes a living reader's tokens: p50 %d us, p99 %d us, max %d us%n",
        micros[REVOCATIONS / 2], p99, micros[REVOCATIONS - 1]);
    assertTrue(p99 < LEASE_MILLIS * 1_000L / 20, p99 + " us");
  }

  /** Two clients write and read one file in turn. */
  @Test
  @Timeout(120)
  void shouldSeeEachOthersFlushedBytesAlways() throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/tmp/in-turn");
    try (FileSystem one = client();
        FileSystem two = client()) {
      one.create(path).close();
      StringBuilder written = new StringBuilder();
      long start = System.nanoTime();
      for (int i = 0; i < ALTERNATIONS; i++) {
        FileSystem writer = i % 2 == 0 ? one : two;
        FileSystem reader = i % 2 == 0 ? two : one;
        try (FSDataInputStream in = reader.open(path);
            FSDataOutputStream out = writer.append(path)) {
          String line = "line " + i;
          out.write(line.getBytes(StandardCharsets.UTF_8));
          out.hflush();
          in.seek(written.length());
          byte[] got = new byte[line.length()];
          in.readFully(got);
          assertEquals(line, new String(got, StandardCharsets.UTF_8));
          written.append(line);
          assertEquals(written.length(), reader.getFileStatus(path).getLen());
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf(
          "two clients in turn: %.0f times append, hflush, read a second%n",
          ALTERNATIONS * 1e9 / took.toNanos());
    }
  }
}
