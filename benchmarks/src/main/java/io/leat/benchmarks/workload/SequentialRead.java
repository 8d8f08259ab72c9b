package io.leat.benchmarks.workload;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads a large cached file from open to end, in calls of 1 MiB: into an array, and into a direct
 * buffer. Repeats it until the time is over.
 */
final class SequentialRead implements Workload {
  private static final String INTO_BUFFER = "seq.read.bytebuffer";

  private final byte[] array = new byte[LargeFile.MIB];
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(LargeFile.MIB);

  /** Reads all of an open file. */
  private interface Reader {
    long readAll(FSDataInputStream in) throws IOException;
  }

  @Override
  public void prepare(Client client) throws IOException {
    try (FileSystem fileSystem = client.fresh();
        FSDataInputStream in = fileSystem.open(LargeFile.require(client, fileSystem))) {
      intoArray(in);
    }
  }

  @Override
  public void run(Client client, Measured measured) throws IOException {
    try (FileSystem fileSystem = client.fresh()) {
      measured.value("seq.read", rate(client, fileSystem, this::intoArray));
      try {
        measured.value(INTO_BUFFER, rate(client, fileSystem, this::intoBuffer));
      } catch (UnsupportedOperationException e) {
        measured.unsupported(INTO_BUFFER, "its streams do not read into a ByteBuffer");
      }
    }
  }

  private static double rate(Client client, FileSystem fileSystem, Reader reader)
      throws IOException {
    Path path = LargeFile.require(client, fileSystem);
    long bytes = 0;
    long start = System.nanoTime();
    long nanos;
    do {
      try (FSDataInputStream in = fileSystem.open(path)) {
        bytes += complete(client, reader.readAll(in));
      }
      nanos = System.nanoTime() - start;
    } while (nanos < client.scale().phaseMillis() * 1_000_000L);
    return bytes * 1e9 / LargeFile.MIB / nanos;
  }

  private static long complete(Client client, long read) throws IOException {
    if (read != client.scale().fileBytes()) {
      throw new EOFException("read %d bytes of %d".formatted(read, client.scale().fileBytes()));
    }
    return read;
  }

  private long intoArray(FSDataInputStream in) throws IOException {
    long sum = 0;
    for (int read = in.read(array); read >= 0; read = in.read(array)) {
      sum += read;
    }
    return sum;
  }

  private long intoBuffer(FSDataInputStream in) throws IOException {
    long sum = 0;
    int read;
    do {
      buffer.clear();
      read = in.read(buffer);
      sum += Math.max(0, read);
    } while (read >= 0);
    return sum;
  }
}
