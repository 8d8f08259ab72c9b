package io.leat.benchmarks.jmh;

import io.leat.mds.cell.CellOptions;
import io.leat.mds.cell.EmbeddedCell;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Cached bytes of an open file into an array through Hadoop's stream: Leat's, on an embedded cell,
 * and that of the raw local file system.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamReadBenchmark {
  private static final int CALL_BYTES = 1 << 20;
  private static final long VOLUME_BYTES = 1L << 30;

  /** What makes the file system. */
  public enum Store {
    LEAT,
    FILE
  }

  @Param public Store system;

  private ScratchDirectory directory;
  private EmbeddedCell cell;
  private FileSystem fileSystem;
  private FSDataInputStream in;

  @Setup
  public void open() throws IOException {
    directory = new ScratchDirectory();
    Path path = system == Store.LEAT ? connectToCell() : openLocal();
    try (FSDataOutputStream out = fileSystem.create(path, true)) {
      byte[] call = new byte[CALL_BYTES];
      for (int written = 0; written < ReadCaller.FILE_BYTES; written += CALL_BYTES) {
        out.write(call);
      }
    }
    in = fileSystem.open(path);
  }

  private Path connectToCell() throws IOException {
    cell =
        EmbeddedCell.start(CellOptions.at(directory.resolve("cell")).withVolumeBytes(VOLUME_BYTES));
    Configuration conf = new Configuration();
    cell.clientConfiguration().forEach(conf::set);
    fileSystem = FileSystem.newInstance(URI.create("leat://demo/"), conf);
    return new Path("/read");
  }

  private Path openLocal() throws IOException {
    fileSystem = new RawLocalFileSystem();
    fileSystem.initialize(URI.create("file:///"), new Configuration());
    return new Path(Files.createDirectory(directory.resolve("files")).toString(), "read");
  }

  @TearDown
  public void close() throws IOException {
    in.close();
    fileSystem.close();
    if (cell != null) {
      cell.close();
    }
    directory.close();
  }

  @Benchmark
  public byte[] positional(ReadCaller caller) throws IOException {
    in.readFully(caller.randomPosition(), caller.array);
    return caller.array;
  }

  /** By one thread, as the position is the stream's. */
  @Benchmark
  public byte[] sequential(ReadCaller caller) throws IOException {
    long position = caller.nextPosition();
    if (position == 0) {
      in.seek(0);
    }
    in.readFully(caller.array);
    return caller.array;
  }
}
