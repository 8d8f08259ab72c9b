package io.leat.client.engine;

import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a file's bytes straight from its volumes, and those that stand inline from its layout,
 * under the tokens of the client's session.
 *
 * <p>A read is a {@link #prepare} and a {@link #read} after what it waits for, again and again
 * while the session is lost under it. It works on the file's state as it was when the read began.
 * Committed blocks are written once and EXIST keeps them in place, so that is safe as long as the
 * session lives, which is checked after the read and before the bytes are handed over (D4).
 *
 * <p>Any thread, any number of reads at the same time: nothing of a read is kept here.
 */
public final class StreamReader {

  /** The position is at or past the end. */
  public static final int END = -1;

  /** The session was lost: nothing was read; prepare, and read again. */
  public static final int AGAIN = -2;

  private final String name;
  private final OpenFile file;
  private final StreamContext context;

  /**
   * @param name the path, for messages
   * @param file opened for this reader, which closes it
   */
  public StreamReader(String name, OpenFile file, StreamContext context) {
    this.name = name;
    this.file = file;
    this.context = context;
  }

  public FileAttributes attributes() {
    return file.state().attributes();
  }

  /** The file's number. */
  public long fileId() {
    return file.id();
  }

  /**
   * Makes the file's state fresh enough to read at {@code position}.
   *
   * <p>Looks at the clocks only where {@link #read} may answer without looking at them afterwards.
   *
   * @return what to wait for; null when there is nothing
   */
  public CompletableFuture<?> prepare(long position) {
    if (context.leaseSeen() && hasBytesAt(position) && !mayBeFilled(position)) {
      return null;
    }
    boolean valid = context.leaseValid();
    if (valid && !asks(position)) {
      return null;
    }
    return context.confined(
        engine ->
            valid
                ? engine.refresh(file)
                : engine.awaitLease().thenCompose(leased -> refreshed(engine, position)));
  }

  /** Whether a read there fetches bytes, and does not only tell that they ended or are lost. */
  private boolean hasBytesAt(long position) {
    FileState state = file.state();
    return !state.stale()
        && !state.refresh()
        && position < Math.min(state.attributes().size(), state.lostFrom());
  }

  private CompletableFuture<OpenFile> refreshed(ClientEngine engine, long position) {
    return asks(position) ? engine.refresh(file) : CompletableFuture.completedFuture(file);
  }

  private boolean asks(long position) {
    FileState state = file.state();
    boolean mayHaveGrown =
        position >= state.attributes().size()
            && !state.tokens().has(TokenKind.SIZE, TokenLevel.READ);
    return state.stale() || state.refresh() || mayHaveGrown || mayBeFilled(position);
  }

  /** Nobody had written there, and somebody may have since. */
  private boolean mayBeFilled(long position) {
    FileState state = file.state();
    return isSnapshot(state) && state.holeAt(position);
  }

  /** Whether others may change what is at a place, unseen by this client. */
  private static boolean isSnapshot(FileState state) {
    return !state.tokens().has(TokenKind.EXTENT, TokenLevel.READ);
  }

  /**
   * Reads at {@code position} into {@code dst}, which has room.
   *
   * @return bytes read, {@link #END} or {@link #AGAIN}
   */
  public int read(long position, ByteBuffer dst) throws IOException {
    FileState state = file.state();
    int length = (int) Math.min(dst.remaining(), state.attributes().size() - position);
    if (state.stale()) {
      return AGAIN;
    }
    if (length <= 0) {
      return END;
    }
    int start = dst.position();
    length = (int) Math.min(length, requireKept(state, position) - position);
    length = (int) (isSnapshot(state) ? state.alike(position, length) : length);
    read(state, position, dst, length);
    if (context.leaseValid() && file.state().fence() == state.fence()) {
      return length;
    }
    dst.position(start);
    return AGAIN;
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
        if (extent.isInline()) {
          dst.put(extent.inlineBytes(at, (int) count));
        } else if (extent.unwritten()) {
          zeros(dst);
        } else {
          readDevice(extent, at, dst);
        }
        dst.limit(limit);
        at += count;
        index++;
      }
    } finally {
      dst.limit(limit);
    }
  }

  private void readDevice(Extent extent, long at, ByteBuffer dst) throws IOException {
    try {
      context.volume(extent.volume()).read(extent.volumeOffset(at), dst);
    } catch (IOException e) {
      throw new IOException(
          "Reading %s at byte %d failed: %s".formatted(name, at, e.getMessage()), e);
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

  /** Gives the handle back; once. */
  public void close() {
    context.confined(
        engine -> {
          engine.close(file);
          return file;
        });
  }
}
