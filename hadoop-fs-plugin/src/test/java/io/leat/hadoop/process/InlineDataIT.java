package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import io.leat.mds.config.ConfigKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small files, whose bytes stand in the image, through Hadoop's interface. */
class InlineDataIT {

  private static final int INLINE_MAX = 4_096;
  private static final int OPERATIONS = 600;
  private static final int FILES = 8;
  private static final int WRITE_BYTES_MAX = 10_000;

  @TempDir java.nio.file.Path directory;

  private static FileSystem fileSystem(EmbeddedCell cell, Map<String, String> more)
      throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    more.forEach(conf::set);
    return FileSystem.newInstance(conf);
  }

  private CellOptions options() {
    return CellOptions.at(directory).withVolumeBytes(256 << 20);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void write(FileSystem fs, Path path, byte[] bytes) throws IOException {
    try (FSDataOutputStream out = fs.create(path)) {
      out.write(bytes);
    }
  }

  private static void requireBytes(FileSystem fs, Path path, byte[] expected) throws IOException {
    assertEquals(expected.length, fs.getFileStatus(path).getLen(), path.toString());
    try (FSDataInputStream in = fs.open(path)) {
      byte[] read = new byte[expected.length];
      in.readFully(read);
      assertArrayEquals(expected, read, path.toString());
      assertEquals(-1, in.read());
    }
  }

  @Test
  void shouldNeedNoVolumeForASmallFile() throws IOException {
    Path small = new Path("/tmp/small");
    Path large = new Path("/tmp/large");
    try (EmbeddedCell cell = EmbeddedCell.start(options());
        FileSystem pathless =
            fileSystem(cell, Map.of("fs.leat.path.demo", directory.resolve("none").toString()))) {
      long used = pathless.getStatus().getUsed();
      write(pathless, small, bytes(INLINE_MAX));
      requireBytes(pathless, small, bytes(INLINE_MAX));
      assertEquals(used, pathless.getStatus().getUsed());
      IOException e =
          assertThrows(IOException.class, () -> write(pathless, large, bytes(INLINE_MAX + 1)));
      assertTrue(e.getMessage().contains("Volume demo cannot be opened"), e.getMessage());
    }
    try (EmbeddedCell cell = EmbeddedCell.start(options());
        FileSystem fs = fileSystem(cell, Map.of())) {
      requireBytes(fs, small, bytes(INLINE_MAX));
    }
  }

  @Test
  void shouldPutSmallFilesOnTheVolumeWhereTheServerSaysSo() throws IOException {
    Path file = new Path("/tmp/file");
    try (EmbeddedCell cell = EmbeddedCell.start(options().with(ConfigKey.INLINE_SIZE_MAX, "0"));
        FileSystem fs = fileSystem(cell, Map.of())) {
      long used = fs.getStatus().getUsed();
      write(fs, file, bytes(1));
      requireBytes(fs, file, bytes(1));
      assertEquals(used + INLINE_MAX, fs.getStatus().getUsed());
    }
  }

  @Test
  void shouldReadAnInlineFileInEveryWay() throws Exception {
    Path inline = new Path("/tmp/inline");
    Path same = new Path("/tmp/same");
    byte[] expected = bytes(3_000);
    try (EmbeddedCell cell = EmbeddedCell.start(options());
        FileSystem fs = fileSystem(cell, Map.of())) {
      write(fs, inline, expected);
      try (FSDataOutputStream out = fs.create(same)) {
        out.write(expected);
        out.hflush();
      }
      assertEquals(fs.getFileChecksum(same), fs.getFileChecksum(inline));
      BlockLocation[] locations = fs.getFileBlockLocations(inline, 0, expected.length);
      assertEquals(1, locations.length);
      assertEquals(expected.length, locations[0].getLength());
      try (FSDataInputStream in = fs.open(inline)) {
        byte[] part = new byte[100];
        in.readFully(1_000, part);
        assertArrayEquals(Arrays.copyOfRange(expected, 1_000, 1_100), part);
        for (ByteBuffer buffer :
            List.of(ByteBuffer.allocate(500), ByteBuffer.allocateDirect(500))) {
          in.readFully(2_500, buffer);
          assertEquals(ByteBuffer.wrap(expected, 2_500, 500), buffer.flip());
        }
        in.seek(2_999);
        assertEquals(expected[2_999] & 0xff, in.read());
        List<FileRange> ranges =
            List.of(FileRange.createFileRange(0, 10), FileRange.createFileRange(2_000, 1_000));
        in.readVectored(ranges, ByteBuffer::allocate);
        assertEquals(ByteBuffer.wrap(expected, 0, 10), ranges.get(0).getData().get());
        assertEquals(ByteBuffer.wrap(expected, 2_000, 1_000), ranges.get(1).getData().get());
      }
    }
  }

  /** Small files grow, shrink and are put together, against a shadow; then the server restarts. */
  @ParameterizedTest(name = "direct={0}")
  @ValueSource(booleans = {false, true})
  void shouldHoldWhatWasWrittenToSmallFiles(boolean direct) throws IOException {
    long seed = System.nanoTime();
    Rounds rounds = new Rounds(new Random(seed));
    try {
      try (EmbeddedCell cell = EmbeddedCell.start(options().withDirect(direct));
          FileSystem fs = fileSystem(cell, Map.of())) {
        rounds.run(fs);
      }
      try (EmbeddedCell cell = EmbeddedCell.start(options().withDirect(direct));
          FileSystem fs = fileSystem(cell, Map.of())) {
        rounds.check(fs);
      }
    } catch (AssertionError | IOException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** Files and what they should hold. */
  private static final class Rounds {
    private final Random random;
    private final Map<Path, byte[]> shadow = new TreeMap<>();

    Rounds(Random random) {
      this.random = random;
    }

    void run(FileSystem fs) throws IOException {
      for (int i = 0; i < OPERATIONS; i++) {
        Path path = new Path("/tmp/f" + random.nextInt(FILES));
        byte[] present = shadow.get(path);
        switch (present == null ? 0 : random.nextInt(6)) {
          case 0, 1 -> shadow.put(path, written(fs.create(path, true), new byte[0]));
          case 2, 3 -> shadow.put(path, written(fs.append(path), present));
          case 4 -> truncate(fs, path, present);
          default -> concat(fs, path, present);
        }
        requireBytes(fs, path, shadow.get(path));
      }
      check(fs);
    }

    void check(FileSystem fs) throws IOException {
      for (Map.Entry<Path, byte[]> file : shadow.entrySet()) {
        requireBytes(fs, file.getKey(), file.getValue());
      }
      assertFalse(shadow.isEmpty());
    }

    private byte[] written(FSDataOutputStream stream, byte[] present) throws IOException {
      byte[] all = present;
      try (FSDataOutputStream out = stream) {
        for (int writes = random.nextInt(3); writes > 0; writes--) {
          byte[] more = new byte[random.nextInt(random.nextInt(3) == 0 ? WRITE_BYTES_MAX : 1_500)];
          random.nextBytes(more);
          out.write(more);
          all = joined(all, more);
          if (random.nextInt(5) == 0) {
            out.hflush();
          }
        }
      }
      return all;
    }

    private static byte[] joined(byte[] head, byte[] tail) {
      byte[] all = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, all, head.length, tail.length);
      return all;
    }

    private void truncate(FileSystem fs, Path path, byte[] present) throws IOException {
      int length = random.nextInt(present.length + 1);
      assertTrue(fs.truncate(path, length));
      shadow.put(path, Arrays.copyOf(present, length));
    }

    private void concat(FileSystem fs, Path path, byte[] present) throws IOException {
      List<Path> sources = new ArrayList<>(shadow.keySet());
      sources.remove(path);
      sources.removeIf(source -> shadow.get(source).length == 0 || random.nextBoolean());
      if (sources.isEmpty()) {
        return;
      }
      fs.concat(path, sources.toArray(Path[]::new));
      byte[] all = present;
      for (Path source : sources) {
        all = joined(all, shadow.remove(source));
      }
      shadow.put(path, all);
    }
  }
}
