package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.hadoop.CreateOptionKeys;
import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several writers that fill one file, each in a range, through Hadoop's builder. */
class SharedRangesIT {

  private static final Path FILE = new Path("/tmp/big");
  private static final int CLIENTS = 4;
  private static final int STREAMS = 12;
  private static final int RANGE_BYTES_MAX = 2 << 20;
  private static final int WRITE_BYTES_MAX = 200_000;
  private static final long TIMEOUT_SECONDS = 120;
  private static final int LEASE_MILLIS = 2_000;
  private static final int RANGE_BYTES = 1 << 20;

  @TempDir java.nio.file.Path directory;

  private EmbeddedCell cell(boolean direct) throws IOException {
    return EmbeddedCell.start(
        CellOptions.at(directory).withVolumeBytes(512 << 20).withDirect(direct));
  }

  private static FileSystem fileSystem(EmbeddedCell cell) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    return FileSystem.newInstance(conf);
  }

  private static FSDataOutputStream range(FileSystem fs, long offset, long length)
      throws IOException {
    return range(fs, offset, length, true);
  }

  private static FSDataOutputStream range(
      FileSystem fs, long offset, long length, boolean overwrite) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fs.createFile(FILE);
    return builder
        .overwrite(overwrite)
        .must(CreateOptionKeys.RANGE_OFFSET, offset)
        .must(CreateOptionKeys.RANGE_LENGTH, length)
        .build();
  }

  @ParameterizedTest(name = "direct={0}")
  @ValueSource(booleans = {false, true})
  void shouldFillAFileFromManyStreams(boolean direct) throws Exception {
    Random random = new Random(1);
    long[] starts = new long[STREAMS + 1];
    for (int i = 1; i <= STREAMS; i++) {
      starts[i] = starts[i - 1] + 1 + random.nextInt(RANGE_BYTES_MAX);
    }
    byte[] whole = new byte[(int) starts[STREAMS]];
    random.nextBytes(whole);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    ExecutorService threads = Executors.newFixedThreadPool(STREAMS);
    List<FileSystem> clients = new ArrayList<>();
    try (EmbeddedCell cell = cell(direct);
        FileSystem reader = fileSystem(cell)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(fileSystem(cell));
      }
      List<Future<?>> writing = new ArrayList<>();
      for (int i : order) {
        FileSystem client = clients.get(i % CLIENTS);
        byte[] part = Arrays.copyOfRange(whole, (int) starts[i], (int) starts[i + 1]);
        writing.add(
            threads.submit(
                () -> {
                  fill(client, reader, starts[i], part);
                  return null;
                }));
      }
      for (Future<?> one : writing) {
        one.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
      requireContent(reader, whole);
      for (FileSystem client : clients) {
        client.close();
      }
    } finally {
      threads.shutdownNow();
    }
    try (EmbeddedCell cell = cell(direct);
        FileSystem reader = fileSystem(cell)) {
      requireContent(reader, whole);
    }
  }

  /** Writes a range in pieces; what is flushed another client reads at once. */
  private static void fill(FileSystem fs, FileSystem reader, long offset, byte[] part)
      throws IOException {
    Random random = new Random(offset);
    try (FSDataOutputStream out = range(fs, offset, part.length)) {
      assertEquals(offset, out.getPos());
      int at = 0;
      while (at < part.length) {
        int count = Math.min(part.length - at, 1 + random.nextInt(WRITE_BYTES_MAX));
        out.write(part, at, count);
        at += count;
        if (random.nextBoolean()) {
          out.hflush();
          requireBytes(reader, offset, Arrays.copyOf(part, at));
        }
      }
    }
    requireBytes(reader, offset, part);
  }

  private static void requireBytes(FileSystem fs, long offset, byte[] expected) throws IOException {
    byte[] read = new byte[expected.length];
    try (FSDataInputStream in = fs.open(FILE)) {
      in.readFully(offset, read);
    }
    assertArrayEquals(expected, read, "from byte " + offset);
  }

  private static void requireContent(FileSystem fs, byte[] whole) throws IOException {
    FileStatus status = fs.getFileStatus(FILE);
    assertEquals(whole.length, status.getLen());
    requireBytes(fs, 0, whole);
  }

  /** A process is killed, or sleeps past its lease, in the middle of a range. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"KILL", "STOP"})
  void shouldFillTheRangeOfALostProcess(String signal) throws Exception {
    byte[] whole = bytes(2 * RANGE_BYTES);
    CellOptions options = CellOptions.at(directory).withLeaseMillis(LEASE_MILLIS);
    try (EmbeddedCell cell = EmbeddedCell.start(options);
        FileSystem fs = fileSystem(cell);
        ClientProcess lost = new ClientProcess(cell.addresses())) {
      FSDataOutputStream first = range(fs, 0, RANGE_BYTES);
      first.write(whole, 0, RANGE_BYTES / 2);
      lost.tell("range %s %d %d".formatted(FILE, RANGE_BYTES, RANGE_BYTES));
      lost.tell("write " + FILE + " flushed");
      lost.tell("hflush " + FILE);
      lost.tell("write " + FILE + " and not flushed");
      requireBytes(fs, RANGE_BYTES, "flushed".getBytes(StandardCharsets.UTF_8));
      lost.signal(signal);
      try (FSDataOutputStream second = takeOver(fs, RANGE_BYTES, RANGE_BYTES)) {
        second.write(whole, RANGE_BYTES, RANGE_BYTES);
      }
      first.write(whole, RANGE_BYTES / 2, RANGE_BYTES / 2);
      first.close();
      if (signal.equals("STOP")) {
        lost.signal("CONT");
        assertThrows(IOException.class, () -> lost.tell("hflush " + FILE));
        assertThrows(IOException.class, () -> lost.tell("close " + FILE));
      }
      requireContent(fs, whole);
    }
  }

  /** As soon as nobody else writes there any more. */
  private static FSDataOutputStream takeOver(FileSystem fs, long offset, long length)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (true) {
      try {
        return range(fs, offset, length);
      } catch (IOException held) {
        assertTrue(held.getMessage().contains("is being written"), held.getMessage());
        assertTrue(System.nanoTime() < end, "the lost process still holds its range");
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  @Test
  void shouldShowAReaderWhatComesIntoAHole() throws IOException {
    try (EmbeddedCell cell = cell(false);
        FileSystem first = fileSystem(cell);
        FileSystem second = fileSystem(cell)) {
      try (FSDataOutputStream behind = range(first, 5_000, 5_000)) {
        behind.write(bytes(5_000));
        behind.hflush();
        try (FSDataInputStream in = second.open(FILE);
            FSDataOutputStream before = range(second, 0, 5_000)) {
          byte[] read = new byte[10_000];
          in.readFully(0, read);
          assertArrayEquals(new byte[5_000], Arrays.copyOf(read, 5_000));
          assertArrayEquals(bytes(5_000), Arrays.copyOfRange(read, 5_000, 10_000));
          before.write(bytes(4_000));
          before.hflush();
          in.readFully(0, read);
          assertArrayEquals(bytes(4_000), Arrays.copyOf(read, 4_000));
          assertArrayEquals(new byte[1_000], Arrays.copyOfRange(read, 4_000, 5_000));
          assertArrayEquals(bytes(5_000), Arrays.copyOfRange(read, 5_000, 10_000));
        }
      }
      assertEquals(10_000, second.getFileStatus(FILE).getLen());
    }
  }

  @Test
  void shouldSayWhatIsWrong() throws IOException {
    try (EmbeddedCell cell = cell(false);
        FileSystem fs = fileSystem(cell)) {
      try (FSDataOutputStream out = range(fs, 100, 5_000)) {
        out.write(bytes(4_999));
        IOException full = assertThrows(IOException.class, () -> out.write(bytes(8_192)));
        assertTrue(full.getMessage().contains("bytes 100 to 5099"), full.getMessage());
        IOException held = assertThrows(IOException.class, () -> range(fs, 0, 101));
        assertTrue(held.getMessage().contains("bytes 100 to 5099"), held.getMessage());
        assertThrows(IOException.class, () -> fs.append(FILE));
      }
      assertEquals(5_099, fs.getFileStatus(FILE).getLen());
      assertThrows(FileAlreadyExistsException.class, () -> range(fs, 0, 101, false));
      assertThrows(IllegalArgumentException.class, () -> range(fs, -1, 10));
      assertThrows(IllegalArgumentException.class, () -> range(fs, 0, 0));
      FSDataOutputStreamBuilder<?, ?> builder = fs.createFile(FILE);
      builder.must(CreateOptionKeys.RANGE_LENGTH, 10L);
      assertThrows(IllegalArgumentException.class, builder::build);
      builder = fs.appendFile(FILE);
      builder.must(CreateOptionKeys.RANGE_OFFSET, 10L);
      assertThrows(IllegalArgumentException.class, builder::build);
      builder = fs.createFile(FILE);
      builder.must("fs.leat.create.rnage.offset", 10L);
      assertThrows(IllegalArgumentException.class, builder::build);
      assertThrows(
          IllegalArgumentException.class, () -> fs.createFile(FILE).append().build(), "both");
      assertThrows(PathIOException.class, () -> range(fs, 200, 100), "ends within a block");
      assertEquals(5_099, fs.getFileStatus(FILE).getLen());
      range(fs, 200, 10_000).close();
      assertEquals(200, fs.getFileStatus(FILE).getLen());
      assertFalse(fs.getFileStatus(FILE).isDirectory());
      fs.createFile(FILE).build().close();
      assertEquals(0, fs.getFileStatus(FILE).getLen(), "without a range it is a new file");
      try (FSDataOutputStream out = fs.appendFile(FILE).build()) {
        out.write(1);
      }
      assertEquals(1, fs.getFileStatus(FILE).getLen());
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
