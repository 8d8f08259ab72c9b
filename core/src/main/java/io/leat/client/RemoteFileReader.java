package io.leat.client;

import io.leat.client.engine.StreamReader;
import io.leat.model.FileAttributes;
import io.leat.volume.BounceBuffers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** Waits for what a {@link StreamReader} waits for. */
final class RemoteFileReader implements FileReader {

  /** How often a read starts again because the session was lost under it. */
  private static final int ATTEMPTS_MAX = 10;

  /** On the way into arrays; what is read into them directly would be copied further down. */
  private static final BounceBuffers COPIES = new BounceBuffers();

  private final String name;
  private final StreamReader reader;
  private final EngineDriver driver;
  private final AtomicBoolean closed = new AtomicBoolean();

  RemoteFileReader(String name, StreamReader reader, EngineDriver driver) {
    this.name = name;
    this.reader = reader;
    this.driver = driver;
  }

  @Override
  public FileAttributes attributes() {
    return reader.attributes();
  }

  @Override
  public long size() {
    return reader.attributes().size();
  }

  @Override
  public int read(long position, ByteBuffer dst) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " of " + name);
    }
    if (!dst.hasRemaining()) {
      return 0;
    }
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      requireOpen();
      CompletableFuture<?> wait = reader.prepare(position);
      if (wait != null) {
        driver.await(wait);
      }
      int count = reader.read(position, dst);
      if (count != StreamReader.AGAIN) {
        requireOpen();
        return count;
      }
    }
    throw new IOException("The session of this client was lost again and again; reading " + name);
  }

  /** Through the thread's buffer, so that nothing is allocated. */
  @Override
  public int read(long position, byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int total = 0;
    int wanted;
    int count;
    do {
      wanted = Math.min(length - total, BounceBuffers.BYTES_MAX);
      ByteBuffer copy = COPIES.take(wanted);
      count = read(position + total, copy);
      if (count > 0) {
        copy.get(0, bytes, offset + total, count);
        total += count;
      }
    } while (count == wanted && total < length);
    return total > 0 ? total : count;
  }

  /** After a read too: the blocks of a file that was closed may be another's. */
  private void requireOpen() throws IOException {
    if (closed.get()) {
      throw new IOException(name + " is closed");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      reader.close();
    }
  }
}
