package io.leat.volume;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A few channels of one file for reads, each thread on one of them: the JDK takes a lock of the
 * channel twice in each call, so threads that read at the same time would stop each other on a
 * common one. Thread-safe.
 */
final class ReadChannels implements Closeable {

  /** Channels, a power of two; each is a descriptor. */
  static final int COUNT = 4;

  private final List<ReopeningChannel> channels = new ArrayList<>(COUNT);

  /**
   * @param first a channel of the file, which stays the caller's
   * @param options for reading
   */
  ReadChannels(ReopeningChannel first, Set<OpenOption> options) throws IOException {
    try {
      while (channels.size() < COUNT) {
        channels.add(first.another(options));
      }
    } catch (IOException e) {
      try (this) {
        throw e;
      }
    }
  }

  /** Reads at {@code offset} as {@link ReopeningChannel#run} does. */
  int read(ByteBuffer dst, long offset) throws IOException {
    int index = (int) Thread.currentThread().getId() & (COUNT - 1);
    return channels.get(index).run(FileChannel::read, dst, offset);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (ReopeningChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
