package io.leat.client;

import io.leat.client.engine.FileState;
import io.leat.client.engine.OpenFile;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a file's bytes straight from its volumes, under the tokens of the client's session.
 *
 * <p>A reader works on the file's state as it was when the read began. Committed blocks are written
 * once and EXIST keeps them in place, so that is safe as long as the session lives, which is
 * checked before the read and again before the bytes are handed over (D4).
 */
final class RemoteFileReader implements FileReader {

  /** How often a read starts again because the session was lost under it. */
  private static final int ATTEMPTS_MAX = 10;

  private final String name;
  private final OpenFile file;
  private final EngineDriver driver;
  private final VolumeTable volumes;
  private final AtomicBoolean closed = new AtomicBoolean();

  RemoteFileReader(String name, OpenFile file, EngineDriver driver, VolumeTable volumes) {
    this.name = name;
    this.file = file;
    this.driver = driver;
    this.volumes = volumes;
  }

  @Override
  public FileAttributes attributes() {
    return file.state().attributes();
  }

  @Override
  public long size() {
    return file.state().attributes().size();
  }

  @Override
  public int read(long position, ByteBuffer dst) throws IOException {
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " of " + name);
    }
    if (!dst.hasRemaining()) {
      return 0;
    }
    int start = dst.position();
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      FileState state = usable(position);
      int length = (int) Math.min(dst.remaining(), state.attributes().size() - position);
      if (length <= 0) {
        return -1;
      }
      length = (int) Math.min(length, requireKept(state, position) - position);
      read(state, position, dst, length);
      if (driver.engine().leaseValid() && file.state().fence() == state.fence()) {
        requireOpen();
        return length;
      }
      dst.position(start);
    }
    throw new IOException("The session of this client was lost again and again; reading " + name);
  }

  /** The file's state, fresh enough to read at {@code position}. */
  private FileState usable(long position) throws IOException {
    requireOpen();
    if (!driver.engine().leaseValid()) {
      driver.call(engine -> engine.awaitLease());
    }
    FileState state = file.state();
    boolean mayHaveGrown =
        position >= state.attributes().size()
            && !state.tokens().has(TokenKind.SIZE, TokenLevel.READ);
    if (state.stale() || state.refresh() || mayHaveGrown) {
      driver.call(engine -> engine.refresh(file));
      state = file.state();
    }
    return state;
  }

  /** Where the bytes end that the device holds for sure (D1). */
  private long requireKept(FileState state, long position) throws IOException {
    if (position >= state.lostFrom()) {
      throw new LeatException(
          ErrorCode.DATA_LOST,
          "%s: the host crashed before the bytes from %d on were durable, and they are lost; truncate the file to %d bytes to keep the rest"
              .formatted(name, state.lostFrom(), state.lostFrom()));
    }
    return state.lostFrom();
  }

  /** After a read too: the blocks of a file that was closed may be another's. */
  private void requireOpen() throws IOException {
    if (closed.get()) {
      throw new IOException(name + " is closed");
    }
  }

  private void read(FileState state, long position, ByteBuffer dst, int length) throws IOException {
    int limit = dst.limit();
    long at = position;
    long end = position + length;
    int index = state.indexOf(position);
    try {
      while (at < end) {
        Extent extent = covering(state, index, at);
        long count = Math.min(end, extent.fileEnd()) - at;
        dst.limit(dst.position() + (int) count);
        if (extent.unwritten()) {
          zeros(dst);
        } else {
          volumes.get(extent.volume()).read(extent.volumeOffset(at), dst);
        }
        dst.limit(limit);
        at += count;
        index++;
      }
    } finally {
      dst.limit(limit);
    }
  }

  /** Bytes that no extent covers are an error: they must never pass for zeros. */
  private Extent covering(FileState state, int index, long at) throws IOException {
    if (index < state.extents().size() && state.extents().get(index).fileOffset() <= at) {
      return state.extents().get(index);
    }
    throw new IOException(
        "The layout of %s (version %d) does not cover byte %d of %d"
            .formatted(name, state.attributes().version(), at, state.attributes().size()));
  }

  private static void zeros(ByteBuffer dst) {
    while (dst.hasRemaining()) {
      dst.put((byte) 0);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      driver.confined(
          engine -> {
            engine.close(file);
            return null;
          });
    }
  }
}
