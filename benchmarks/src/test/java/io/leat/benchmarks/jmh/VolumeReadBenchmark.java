package io.leat.benchmarks.jmh;

import io.leat.volume.Volume;
import io.leat.volume.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Cached bytes of a buffered volume into an array, beside a bare channel on the same file. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VolumeReadBenchmark {
  private static final UUID VOLUME = new UUID(1, 2);

  private ScratchDirectory directory;
  private Volume volume;
  private FileChannel channel;

  @Setup
  public void format() throws IOException {
    directory = new ScratchDirectory();
    Path path = directory.resolve("volume");
    Volumes.format(path, VOLUME, "jmh", ReadCaller.FILE_BYTES + Volume.BLOCK_SIZE, true);
    volume = Volumes.open(path, VOLUME, false, true);
    channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  @TearDown
  public void close() throws IOException {
    channel.close();
    volume.close();
    directory.close();
  }

  @Benchmark
  public byte[] volume(ReadCaller caller) throws IOException {
    volume.read(Volume.BLOCK_SIZE + caller.randomPosition(), ByteBuffer.wrap(caller.array));
    return caller.array;
  }

  /** With the JDK's own copy through a buffer of the thread. */
  @Benchmark
  public byte[] channel(ReadCaller caller) throws IOException {
    ByteBuffer wrapped = ByteBuffer.wrap(caller.array);
    int read = channel.read(wrapped, Volume.BLOCK_SIZE + caller.randomPosition());
    if (read != caller.bytes) {
      throw new IOException("read %d bytes of %d".formatted(read, caller.bytes));
    }
    return caller.array;
  }
}
