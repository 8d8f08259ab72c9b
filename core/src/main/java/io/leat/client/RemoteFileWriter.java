package io.leat.client;

import io.leat.client.engine.FileState;
import io.leat.client.engine.Messages;
import io.leat.client.engine.OpenFile;
import io.leat.model.BlockRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.volume.Volume;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes a file's bytes straight to its volume: into delegated blocks first, then published by a
 * commit (D1).
 *
 * <p>Buffered volumes take any byte range, so the last block grows in place. Direct volumes take
 * whole blocks: a partly filled last block is written padded with zeros, its bytes stay in the
 * buffer, and the next flush writes them again into another block, so that committed bytes are
 * never written over (D3). A stream that appends to somebody else's last block starts with a copy
 * of that block's bytes in its buffer, for the same reason.
 */
final class RemoteFileWriter implements FileWriter {

  /** Space asked for at first, doubled with every request up to the maximum. */
  private static final long ALLOCATION_BYTES_MIN = 1 << 20;

  private static final long ALLOCATION_BYTES_MAX = 64 << 20;

  private static final int NO_VOLUME = -1;

  private final String path;
  private final OpenFile file;
  private final long fence;
  private final long stream;
  private final EngineDriver driver;
  private final VolumeTable volumes;
  private final ByteBuffer buffer;
  private final WriteSpace space = new WriteSpace();

  /** File byte at which the buffer starts. */
  private long bufferStart;

  /** Bytes at the start of the buffer that are on the device already and are written again. */
  private int rewritten;

  /** The volume that was written to last. */
  private int volume = NO_VOLUME;

  private FileAttributes attributes;
  private long committedEnd;
  private long nextAllocation = ALLOCATION_BYTES_MIN;

  /** Bytes have been published that the volume may not hold durably yet. */
  private boolean unsynced;

  /** The next commit moves bytes, perhaps durable ones, to another block: it has to be durable. */
  private boolean movesTail;

  private IOException failure;
  private boolean closed;

  /**
   * A stream whose write lease was granted.
   *
   * @param granted the file's state with that grant
   */
  RemoteFileWriter(
      String path,
      OpenFile file,
      FileState granted,
      long stream,
      EngineDriver driver,
      VolumeTable volumes,
      int bufferBytes)
      throws IOException {
    this.path = path;
    this.file = file;
    this.fence = granted.fence();
    this.stream = stream;
    this.driver = driver;
    this.volumes = volumes;
    this.buffer =
        ByteBuffer.allocateDirect(bufferBytes + Volume.BLOCK_SIZE).alignedSlice(Volume.BLOCK_SIZE);
    this.attributes = granted.attributes();
    this.committedEnd = attributes.size();
    this.bufferStart = committedEnd;
    try {
      loadTail(granted.extents());
    } catch (IOException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  /** Copies the bytes of the file's partly filled last block into the buffer. */
  private void loadTail(List<Extent> extents) throws IOException {
    if (extents.isEmpty()) {
      return;
    }
    Extent last = extents.get(extents.size() - 1);
    int tail = (int) (last.length() % Extent.BLOCK_BYTES);
    if (tail > 0) {
      bufferStart = committedEnd - tail;
      rewritten = tail;
      movesTail = true;
      buffer.limit(tail);
      volumes.get(last.volume()).read(last.volumeOffset(bufferStart), buffer);
      requireUsable();
      buffer.limit(buffer.capacity());
    }
  }

  @Override
  public synchronized FileAttributes attributes() {
    return attributes;
  }

  @Override
  public synchronized long position() {
    return bufferStart + buffer.position();
  }

  @Override
  public synchronized void write(ByteBuffer src) throws IOException {
    requireOpen();
    sticky(
        () -> {
          while (src.hasRemaining()) {
            if (buffer.position() == 0 && src.remaining() >= buffer.capacity()) {
              writeThrough(src);
            } else {
              fill(src);
            }
          }
        });
  }

  private void fill(ByteBuffer src) throws IOException {
    int count = Math.min(src.remaining(), buffer.remaining());
    int limit = src.limit();
    buffer.put(src.limit(src.position() + count));
    src.limit(limit);
    if (!buffer.hasRemaining()) {
      flush(false);
    }
  }

  /** Writes whole blocks from the caller's buffer without a copy of our own. */
  private void writeThrough(ByteBuffer src) throws IOException {
    int count = src.remaining() - src.remaining() % Volume.BLOCK_SIZE;
    int limit = src.limit();
    src.limit(src.position() + count);
    put(src);
    src.limit(limit);
  }

  @Override
  public synchronized void hflush() throws IOException {
    requireOpen();
    sticky(
        () -> {
          flush(true);
          publish(false, false);
        });
  }

  @Override
  public synchronized void hsync() throws IOException {
    requireOpen();
    sticky(
        () -> {
          flush(true);
          sync();
          publish(false, true);
        });
  }

  /** Makes what was written durable on the volume; without any space there is nothing to do. */
  private void sync() throws IOException {
    if (volume != NO_VOLUME) {
      volumes.get(volume).flush();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      sticky(
          () -> {
            flush(true);
            publish(true, false);
          });
    } catch (IOException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  /** Ends the stream without publishing; the server takes lease and space back. */
  private void giveUp() {
    driver.confined(
        engine -> {
          engine.abandon(file);
          return null;
        });
  }

  // ---- to the device --------------------------------------------------------------------------

  /**
   * Writes the buffer.
   *
   * @param all the partly filled last block too; else whole blocks where the volume asks for them
   */
  private void flush(boolean all) throws IOException {
    int bytes = buffer.position();
    if (bytes <= rewritten) {
      return;
    }
    space.rewind(bufferStart);
    require(bytes);
    boolean direct = volumes.get(space.volume()).direct();
    int tail = bytes % Volume.BLOCK_SIZE;
    buffer.flip();
    if (!direct || tail == 0) {
      put(buffer);
      buffer.clear();
      rewritten = 0;
      return;
    }
    buffer.limit(bytes - tail);
    put(buffer);
    buffer.limit(bytes);
    buffer.compact();
    rewritten = 0;
    if (all) {
      putPadded(tail);
    }
  }

  /** Writes the partly filled block at the start of the buffer, and keeps its bytes there. */
  private void putPadded(int tail) throws IOException {
    require(Volume.BLOCK_SIZE);
    ByteBuffer block = buffer.duplicate();
    while (block.position() < Volume.BLOCK_SIZE) {
      block.put((byte) 0);
    }
    block.flip();
    requireUsable();
    volumes.get(space.volume()).write(space.volumeOffset(), block);
    space.wrote(bufferStart, tail);
    space.skipToBlock();
    rewritten = tail;
  }

  /** Writes {@code src} behind what has been written; the buffer starts behind it then. */
  private void put(ByteBuffer src) throws IOException {
    int limit = src.limit();
    while (src.hasRemaining()) {
      require(src.remaining());
      int count = (int) Math.min(src.remaining(), space.contiguous());
      src.limit(src.position() + count);
      requireUsable();
      volumes.get(space.volume()).write(space.volumeOffset(), src);
      src.limit(limit);
      space.wrote(bufferStart, count);
      bufferStart += count;
    }
  }

  /** Writing is safe only while the session that holds the write lease is (D4). */
  private void requireUsable() throws IOException {
    if (!driver.engine().leaseValid()) {
      driver.call(engine -> engine.awaitLease());
    }
    if (file.state().fence() != fence) {
      throw new LeatException(
          ErrorCode.LEASE_LOST,
          "The write lease of %s has expired or was recovered; the file ends where it was last flushed"
              .formatted(path));
    }
  }

  /** Makes sure that the next byte has a place. */
  private void require(long bytes) throws IOException {
    if (space.available() > 0) {
      return;
    }
    long wanted = closed ? bytes : Math.max(bytes, nextAllocation);
    nextAllocation = Math.min(2 * nextAllocation, ALLOCATION_BYTES_MAX);
    Allocate.Builder allocate =
        Allocate.newBuilder()
            .setFileId(file.id())
            .setStream(stream)
            .setBlocks(Extent.blocksFor(Math.min(wanted, ALLOCATION_BYTES_MAX)));
    Reply reply =
        driver.call(engine -> engine.callOnce("", Request.newBuilder().setAllocate(allocate)));
    List<BlockRange> ranges = Messages.ranges(reply.getAllocated().getRangesList());
    space.add(ranges);
    volume = space.volume();
  }

  // ---- to the server --------------------------------------------------------------------------

  /**
   * Tells the server what has been written.
   *
   * @param close the stream ends
   * @param synced the volume has been flushed since the last write
   */
  private void publish(boolean close, boolean synced) throws IOException {
    List<Extent> extents = space.uncommitted();
    long end = extents.isEmpty() ? committedEnd : extents.get(extents.size() - 1).fileEnd();
    boolean news = end != committedEnd;
    if (!news && !close && !(synced && unsynced)) {
      return;
    }
    boolean direct = volume != NO_VOLUME && volumes.get(volume).direct();
    boolean durable = synced;
    if (news && !synced && (direct || movesTail)) {
      sync();
      durable = true;
    }
    Commit.Builder commit =
        Commit.newBuilder()
            .setFileId(file.id())
            .setStream(stream)
            .setSize(end)
            .setClose(close)
            .setSynced(durable);
    if (news) {
      extents.forEach(extent -> commit.addExtents(Messages.extent(extent)));
    }
    attributes = driver.call(engine -> engine.commit(file, commit));
    space.committed(!direct);
    committedEnd = end;
    unsynced = !durable && (unsynced || news);
    movesTail = movesTail && !news;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException(path + " is closed");
    }
  }

  /** The first failure stays: what follows it could leave a gap (D6). */
  private void sticky(Action action) throws IOException {
    if (failure != null) {
      throw Failures.copy(failure);
    }
    try {
      action.run();
    } catch (IOException e) {
      failure = e;
      throw e;
    } catch (RuntimeException e) {
      failure = new IOException("Writing " + path + " failed: " + e, e);
      throw failure;
    }
  }

  /** Part of a stream's work. */
  @FunctionalInterface
  private interface Action {
    void run() throws IOException;
  }
}
