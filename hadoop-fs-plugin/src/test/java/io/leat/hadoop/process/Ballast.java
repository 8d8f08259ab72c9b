package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Attributes that make the image, and with it each checkpoint, some 24 MiB large; written once and
 * compared in the end.
 */
final class Ballast {

  private static final int FILES = 48;
  private static final int ATTRIBUTES = 32;
  private static final int VALUE_BYTES = 16 << 10;

  private final FileSystem fs;
  private final long seed;

  Ballast(FileSystem fs, long seed) {
    this.fs = fs;
    this.seed = seed;
  }

  void write() throws IOException {
    Random random = new Random(seed);
    for (int file = 0; file < FILES; file++) {
      fs.create(path(file)).close();
      for (int i = 0; i < ATTRIBUTES; i++) {
        fs.setXAttr(path(file), name(i), value(random));
      }
    }
  }

  void compare() throws IOException {
    Random random = new Random(seed);
    for (int file = 0; file < FILES; file++) {
      Map<String, byte[]> found = fs.getXAttrs(path(file));
      assertEquals(ATTRIBUTES, found.size(), path(file).toString());
      for (int i = 0; i < ATTRIBUTES; i++) {
        assertArrayEquals(value(random), found.get(name(i)), name(i) + " of " + path(file));
      }
    }
  }

  private static byte[] value(Random random) {
    byte[] value = new byte[VALUE_BYTES];
    random.nextBytes(value);
    return value;
  }

  private static String name(int i) {
    return "user.ballast-" + i;
  }

  private static Path path(int file) {
    return new Path("/tmp/ballast-" + file);
  }
}
