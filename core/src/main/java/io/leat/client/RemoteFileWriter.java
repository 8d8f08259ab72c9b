package io.leat.client;

import io.leat.client.engine.StreamWriter;
import io.leat.model.FileAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** Serialises the callers of a {@link StreamWriter}, and waits for what it waits for. */
final class RemoteFileWriter implements FileWriter {

  private final StreamWriter writer;
  private final EngineDriver driver;
  private boolean closed;

  RemoteFileWriter(StreamWriter writer, EngineDriver driver) {
    this.writer = writer;
    this.driver = driver;
  }

  @Override
  public synchronized FileAttributes attributes() {
    return writer.attributes();
  }

  @Override
  public synchronized long position() {
    return writer.position();
  }

  @Override
  public synchronized void write(ByteBuffer src) throws IOException {
    finish(() -> writer.write(src));
  }

  @Override
  public synchronized void hflush() throws IOException {
    finish(writer::hflush);
  }

  @Override
  public synchronized void hsync() throws IOException {
    finish(writer::hsync);
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      finish(writer::close);
    }
  }

  /** Makes the call until it has nothing to wait for any more. */
  private void finish(Call call) throws IOException {
    CompletableFuture<?> wait = advance(call);
    while (wait != null) {
      try {
        driver.await(wait);
      } catch (IOException e) {
        if (!wait.isDone()) { // given up on; a failure of what it waited for it finds out itself
          writer.fail(e);
          throw e;
        }
      }
      wait = advance(call);
    }
  }

  /** The same failure may be thrown to several callers, each from its own stack. */
  private CompletableFuture<?> advance(Call call) throws IOException {
    IOException before = writer.failure();
    try {
      return call.advance();
    } catch (IOException e) {
      throw e == before ? Failures.copy(e) : e;
    }
  }

  /** A call of the writer. */
  @FunctionalInterface
  private interface Call {
    CompletableFuture<?> advance() throws IOException;
  }
}
