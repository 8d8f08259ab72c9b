package io.leat.hadoop.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads into arrays leave nothing to collect, compiled or not. */
class ReadAllocationIT {

  private static final int FILE_BYTES = 1 << 20;
  private static final int POSITIONAL_BYTES = 4 << 10;

  /** At least the stream's buffer, so that it goes straight. */
  private static final int SEQUENTIAL_BYTES = 128 << 10;

  private static final int READS = 20_000;

  /** No object is smaller than 16 bytes, so not every second read has made one. */
  private static final int BYTES_PER_READ_MAX = 8;

  @TempDir Path directory;

  private interface Reads {
    void run(int read) throws IOException;
  }

  @Test
  void shouldAllocateNothing() throws IOException {
    try (EmbeddedCell cell = EmbeddedCell.start(CellOptions.at(directory));
        FileSystem fs = fileSystem(cell)) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path("/tmp/read");
      try (FSDataOutputStream out = fs.create(path)) {
        out.write(new byte[FILE_BYTES]);
      }
      try (FSDataInputStream in = fs.open(path)) {
        byte[] small = new byte[POSITIONAL_BYTES];
        assertAllocatesNothing(read -> in.readFully(read % POSITIONAL_BYTES, small));
        byte[] large = new byte[SEQUENTIAL_BYTES];
        assertAllocatesNothing(
            read -> {
              if (in.getPos() == FILE_BYTES) {
                in.seek(0);
              }
              in.readFully(large);
            });
      }
    }
  }

  private static void assertAllocatesNothing(Reads reads) throws IOException {
    run(reads); // the thread's buffer, and what classes need once
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    run(reads);
    long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(bytes < (long) READS * BYTES_PER_READ_MAX, bytes + " bytes in " + READS + " reads");
  }

  private static void run(Reads reads) throws IOException {
    for (int read = 0; read < READS; read++) {
      reads.run(read);
    }
  }

  private static FileSystem fileSystem(EmbeddedCell cell) throws IOException {
    Configuration conf = new Configuration();
    cell.clientConfiguration().forEach(conf::set);
    return FileSystem.newInstance(URI.create("leat://demo/"), conf);
  }
}
