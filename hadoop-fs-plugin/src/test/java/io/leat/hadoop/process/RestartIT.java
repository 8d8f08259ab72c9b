package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cell that stops and starts again under its clients. */
class RestartIT {

  private static final org.apache.hadoop.fs.Path FILE =
      new org.apache.hadoop.fs.Path("/tmp/through");

  @TempDir Path directory;

  @Test
  void shouldGoOnWithOpenStreamsWhenTheServerStartsAgain() throws IOException {
    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(directory));
    Configuration conf = new Configuration();
    conf.set("fs.leat.mds.addresses", String.join(",", cell.addresses()));
    conf.set("fs.defaultFS", "leat://demo/");
    try (FileSystem fs = FileSystem.newInstance(conf)) {
      FSDataOutputStream out = fs.create(FILE);
      out.write(bytes, 0, 1 << 20);
      out.hflush();
      FSDataInputStream in = fs.open(FILE);
      cell.close();
      cell = EmbeddedCell.start(CellOptions.at(directory));
      out.write(bytes, 1 << 20, 2 << 20);
      out.close();
      byte[] read = new byte[bytes.length];
      in.readFully(read);
      in.close();
      assertArrayEquals(bytes, read);
      fs.rename(FILE, new org.apache.hadoop.fs.Path("/tmp/moved"));
      cell.close();
      cell = EmbeddedCell.start(CellOptions.at(directory));
      assertEquals(
          bytes.length, fs.getFileStatus(new org.apache.hadoop.fs.Path("/tmp/moved")).getLen());
    } finally {
      cell.close();
    }
  }
}
