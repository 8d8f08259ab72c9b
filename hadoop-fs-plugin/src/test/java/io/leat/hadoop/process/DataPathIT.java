package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random writes, flushes, appends, truncations and reads against a shadow in memory. */
class DataPathIT {

  private static final int ROUNDS = 200;
  private static final int WRITE_BYTES_MAX = 300_000;
  private static final int FILE_BYTES_MAX = 8 << 20;

  @TempDir Path directory;

  @ParameterizedTest(name = "direct={0}")
  @ValueSource(booleans = {false, true})
  void shouldHoldWhatWasWritten(boolean direct) throws IOException {
    long seed = System.nanoTime();
    try (EmbeddedCell cell =
            EmbeddedCell.start(
                CellOptions.at(directory).withDirect(direct).withVolumeBytes(512 << 20));
        FileSystem fs = fileSystem(cell)) {
      long used = fs.getStatus().getUsed();
      new Rounds(fs, new Random(seed)).run();
      assertEquals(true, fs.delete(new org.apache.hadoop.fs.Path("/tmp/shadowed"), false));
      awaitUsed(fs, used);
    } catch (AssertionError | IOException e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private static void awaitUsed(FileSystem fs, long used) throws IOException {
    long end = System.nanoTime() + 30_000_000_000L;
    while (fs.getStatus().getUsed() != used && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(used, fs.getStatus().getUsed(), "all space comes back");
  }

  private static FileSystem fileSystem(EmbeddedCell cell) throws IOException {
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    return FileSystem.newInstance(conf);
  }

  /** One file and what it should hold. */
  private static final class Rounds {
    private final FileSystem fs;
    private final Random random;
    private final org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/tmp/shadowed");
    private byte[] shadow = new byte[0];

    Rounds(FileSystem fs, Random random) {
      this.fs = fs;
      this.random = random;
    }

    void run() throws IOException {
      fs.create(path).close();
      int round = 0;
      while (round < ROUNDS) {
        try (FSDataOutputStream out = fs.append(path)) {
          int writes = random.nextInt(8);
          for (int i = 0; i < writes && shadow.length < FILE_BYTES_MAX; i++, round++) {
            write(out);
          }
        }
        round++;
        check();
        if (random.nextInt(3) == 0 || shadow.length >= FILE_BYTES_MAX) {
          truncate();
        }
      }
    }

    private void write(FSDataOutputStream out) throws IOException {
      boolean small = random.nextBoolean();
      byte[] bytes = new byte[random.nextInt(small ? 5_000 : WRITE_BYTES_MAX)];
      random.nextBytes(bytes);
      out.write(bytes);
      int before = shadow.length;
      shadow = Arrays.copyOf(shadow, before + bytes.length);
      System.arraycopy(bytes, 0, shadow, before, bytes.length);
      assertEquals(shadow.length, out.getPos());
      switch (random.nextInt(4)) {
        case 0 -> {
          out.hflush();
          check();
        }
        case 1 -> {
          out.hsync();
          check();
        }
        default -> assertEquals(shadow.length, out.getPos());
      }
    }

    private void truncate() throws IOException {
      int length = random.nextInt(shadow.length + 1);
      fs.truncate(path, length);
      shadow = Arrays.copyOf(shadow, length);
      check();
    }

    private void check() throws IOException {
      assertEquals(shadow.length, fs.getFileStatus(path).getLen());
      try (FSDataInputStream in = fs.open(path)) {
        byte[] all = new byte[shadow.length];
        in.readFully(all);
        assertArrayEquals(shadow, all);
        assertEquals(-1, in.read());
        int from = random.nextInt(shadow.length + 1);
        byte[] part = new byte[random.nextInt(shadow.length - from + 1)];
        in.readFully(from, part);
        assertArrayEquals(Arrays.copyOfRange(shadow, from, from + part.length), part);
        ByteBuffer direct = ByteBuffer.allocateDirect(part.length);
        in.readFully(from, direct);
        direct.flip();
        assertEquals(ByteBuffer.wrap(part), direct);
      }
    }
  }
}
