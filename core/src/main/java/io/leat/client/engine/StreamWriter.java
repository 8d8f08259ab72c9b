package io.leat.client.engine;

import com.google.protobuf.ByteString;
import io.leat.model.BlockRange;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.FileAttributes;
import io.leat.model.LeatException;
import io.leat.volume.Volume;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.FlushProof;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes a file's bytes straight to its volume: into delegated blocks first, then published by a
 * commit (D1).
 *
 * <p>It never waits: {@link #write}, {@link #hflush}, {@link #hsync} and {@link #close} go as far
 * as they can. They return null when they are done, else what has to complete before the same call
 * is made again; how far they have come is in the buffer, the space and the calls under way. The
 * first failure sticks (D6). One thread at a time.
 *
 * <p>A small file that is closed before any of it was flushed goes with the commit of its close: as
 * one inline extent, without space or I/O.
 *
 * <p>Buffered volumes take any byte range, so the last block grows in place. Direct volumes take
 * whole blocks: a partly filled last block is written padded with zeros, its bytes stay in the
 * buffer, and the next flush writes them again into another block, so that committed bytes are
 * never written over (D3). A stream that appends to somebody else's last block starts with a copy
 * of that block's bytes in its buffer, for the same reason.
 *
 * <p>A stream that has a range of a file begins there, with nothing, and flushes the volume before
 * each commit: its file has other writers, and so no byte that is not durable.
 */
public final class StreamWriter {

  /** Space asked for at first, doubled with every request up to the maximum. */
  private static final long ALLOCATION_BYTES_MIN = 1 << 20;

  private static final long ALLOCATION_BYTES_MAX = 64 << 20;

  /** A stream that ends with no more than this takes its space from the session's. */
  private static final long POOLED_BYTES_MAX = 1 << 20;

  private final String path;
  private final WriteGrant granted;
  private final StreamContext context;
  private final WriteBuffers buffers;
  private final WriteSpace space = new WriteSpace();
  private final UnflushedBytes unflushed;

  /** Null before the first byte is gathered, and after the end. */
  private ByteBuffer buffer;

  /** File byte at which the buffer starts. */
  private long bufferStart;

  /** Bytes at the start of the buffer that are on the device already and are written again. */
  private int rewritten;

  /** The file has nothing on a volume, and so may be published whole in one inline extent. */
  private boolean offVolumes;

  /** The volume that was written to last. */
  private int volume = Extent.NO_VOLUME;

  /**
   * Bytes have been published that the volume may not hold durably yet, or the file itself may not
   * be durable.
   */
  private boolean unsynced;

  /** The next commit moves bytes, perhaps durable ones, to another block: it has to be durable. */
  private boolean movesTail;

  private FileAttributes attributes;
  private long committedEnd;
  private long nextAllocation = ALLOCATION_BYTES_MIN;
  private boolean closing;
  private IOException failure;

  /** What is under way; null otherwise. */
  private CompletableFuture<Void> leasing;

  private CompletableFuture<Reply> allocating;
  private CompletableFuture<FileAttributes> committing;
  private long committingEnd;

  /**
   * Takes up a stream at the file's end, with the bytes of a partly filled last block.
   *
   * @param path for messages
   * @param granted the file, which this stream closes, also when this fails
   * @param buffers where the buffer comes from in which bytes are gathered before they are written
   */
  public StreamWriter(String path, WriteGrant granted, StreamContext context, WriteBuffers buffers)
      throws IOException {
    this.path = path;
    this.granted = granted;
    this.context = context;
    this.buffers = buffers;
    this.attributes = granted.state().attributes();
    this.committedEnd = granted.start();
    this.unflushed = new UnflushedBytes(granted.flushProofBytesMax(), committedEnd);
    this.unsynced = attributes.size() == 0;
    this.bufferStart = committedEnd;
    List<Extent> extents = granted.range().isPresent() ? List.of() : granted.state().extents();
    this.offVolumes =
        granted.range().isEmpty()
            && (extents.isEmpty() || (extents.size() == 1 && extents.get(0).isInline()));
    try {
      loadTail(extents);
    } catch (IOException | RuntimeException e) {
      giveUp();
      throw e;
    }
  }

  /**
   * Copies the bytes of the file's partly filled last block, or inline extent, into the buffer.
   * That they were the file's is known before they are written anywhere: the gate is open then.
   */
  private void loadTail(List<Extent> extents) throws IOException {
    if (extents.isEmpty()) {
      return;
    }
    Extent last = extents.get(extents.size() - 1);
    int tail = (int) (last.length() % Extent.BLOCK_BYTES);
    if (tail > 0 && !last.unwritten()) {
      bufferStart = committedEnd - tail;
      rewritten = tail;
      movesTail = true;
      buffer = buffers.take().limit(tail);
      if (last.isInline()) {
        buffer.put(last.bytes().asReadOnlyByteBuffer());
      } else {
        use(last.volume(), on -> on.read(last.volumeOffset(bufferStart), buffer));
      }
      buffer.limit(buffer.capacity());
    }
  }

  /** As of the open or the last publication. */
  public FileAttributes attributes() {
    return attributes;
  }

  /** Byte at which the next write lands: the file's length with everything written so far. */
  public long position() {
    return bufferStart + gathered();
  }

  /** Bytes in the buffer. */
  private int gathered() {
    return buffer == null ? 0 : buffer.position();
  }

  /**
   * Takes all of {@code src}; what the buffer holds is published with the next flush or close.
   *
   * @throws IOException also when the stream's range has no room for all of it: nothing is taken
   *     then, and the stream stays as it is
   */
  public CompletableFuture<?> write(ByteBuffer src) throws IOException {
    requireOpen();
    if (src.remaining() > granted.end() - position()) {
      throw new IOException(
          "%d bytes do not fit into %s at byte %d: the stream has %s"
              .formatted(
                  src.remaining(),
                  path,
                  position(),
                  granted.range().map(ByteRange::toString).orElse("no more")));
    }
    return sticky(() -> take(src));
  }

  /** Publishes everything written so far. */
  public CompletableFuture<?> hflush() throws IOException {
    requireOpen();
    return sticky(() -> publish(false, false));
  }

  /** As {@link #hflush}, and the bytes are durable on the device. */
  public CompletableFuture<?> hsync() throws IOException {
    requireOpen();
    return sticky(() -> publish(true, false));
  }

  /** Publishes everything and gives the write lease back; after it nothing else may be called. */
  public CompletableFuture<?> close() throws IOException {
    closing = true;
    try {
      return sticky(() -> publish(false, true));
    } catch (IOException e) {
      giveUp();
      throw e;
    }
  }

  /** True once {@link #close} was called. */
  public boolean isClosed() {
    return closing;
  }

  /** The failure that sticks; null while there is none. */
  public IOException failure() {
    return failure;
  }

  /** The caller has not waited to the end; what was under way may or may not take effect. */
  public void fail(IOException why) {
    if (failure == null) {
      failure = why;
    }
    if (closing) {
      giveUp();
    }
  }

  /** Ends the stream without publishing; the server takes lease and space back. */
  private void giveUp() {
    context.confined(
        engine -> {
          engine.abandon(granted);
          return granted;
        });
  }

  private void requireOpen() throws IOException {
    if (closing) {
      throw new IOException(path + " is closed");
    }
  }

  /** The first failure stays: what follows it could leave a gap (D6). */
  private CompletableFuture<?> sticky(Step step) throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      return step.advance();
    } catch (IOException e) {
      failure = e;
      throw e;
    } catch (RuntimeException e) {
      failure = writing(e.toString(), e);
      throw failure;
    }
  }

  private IOException writing(String why, Exception cause) {
    return new IOException("Writing %s failed: %s".formatted(path, why), cause);
  }

  /** Part of a stream's work: goes on where it stopped. */
  @FunctionalInterface
  private interface Step {
    CompletableFuture<?> advance() throws IOException;
  }

  // ---- into the buffer ------------------------------------------------------------------------

  private CompletableFuture<?> take(ByteBuffer src) throws IOException {
    while (true) {
      CompletableFuture<?> wait = gathered() < buffers.bytes() ? null : flush(false);
      if (wait != null || !src.hasRemaining()) {
        return wait;
      }
      if (gathered() == 0 && src.remaining() >= buffers.bytes()) {
        wait = writeThrough(src);
        if (wait != null) {
          return wait;
        }
      } else {
        fill(src);
      }
    }
  }

  private void fill(ByteBuffer src) {
    if (buffer == null) {
      buffer = buffers.take();
    }
    int count = Math.min(src.remaining(), buffer.remaining());
    int limit = src.limit();
    buffer.put(src.limit(src.position() + count));
    src.limit(limit);
  }

  /** Writes whole blocks from the caller's buffer without a copy of our own. */
  private CompletableFuture<?> writeThrough(ByteBuffer src) throws IOException {
    int count = src.remaining() - src.remaining() % Volume.BLOCK_SIZE;
    int limit = src.limit();
    src.limit(src.position() + count);
    CompletableFuture<?> wait = put(src);
    src.limit(limit);
    return wait;
  }

  // ---- to the device --------------------------------------------------------------------------

  /**
   * Writes the buffer.
   *
   * @param all the partly filled last block too; else whole blocks where the volume asks for them
   */
  private CompletableFuture<?> flush(boolean all) throws IOException {
    int bytes = gathered();
    if (bytes <= rewritten) {
      return null;
    }
    CompletableFuture<?> wait = require(bytes);
    if (wait != null) {
      return wait;
    }
    space.rewind(bufferStart);
    rewritten = 0;
    int tail = direct(space.volume()) ? bytes % Volume.BLOCK_SIZE : 0;
    wait = drain(bytes - tail);
    return wait == null && tail > 0 && all ? putPadded(tail) : wait;
  }

  /** Writes the first {@code count} bytes of the buffer, and takes them out of it. */
  private CompletableFuture<?> drain(int count) throws IOException {
    int bytes = buffer.position();
    buffer.flip().limit(count);
    CompletableFuture<?> wait = put(buffer);
    buffer.limit(bytes);
    buffer.compact();
    return wait;
  }

  /** Writes the partly filled block at the start of the buffer, and keeps its bytes there. */
  private CompletableFuture<?> putPadded(int tail) throws IOException {
    CompletableFuture<?> wait = ready(Volume.BLOCK_SIZE);
    if (wait != null) {
      return wait;
    }
    ByteBuffer block = buffer.duplicate();
    while (block.position() < Volume.BLOCK_SIZE) {
      block.put((byte) 0);
    }
    writeToVolume(block.flip());
    space.wrote(bufferStart, tail);
    space.skipToBlock();
    rewritten = tail;
    return null;
  }

  /** Writes {@code src} behind what has been written; the buffer starts behind it then. */
  private CompletableFuture<?> put(ByteBuffer src) throws IOException {
    int limit = src.limit();
    while (src.hasRemaining()) {
      CompletableFuture<?> wait = ready(src.remaining());
      if (wait != null) {
        return wait;
      }
      int count = (int) Math.min(src.remaining(), space.contiguous());
      src.limit(src.position() + count);
      writeToVolume(src);
      src.limit(limit);
      space.wrote(bufferStart, count);
      bufferStart += count;
    }
    return null;
  }

  private void writeToVolume(ByteBuffer src) throws IOException {
    enter();
    boolean done = false;
    try {
      unflushed.wrote(bufferStart, src);
      use(space.volume(), on -> on.write(space.volumeOffset(), src));
      done = true;
    } finally {
      granted.gate().leave(done);
    }
  }

  /**
   * What follows may go on until the gate is left, also when the write lease is taken meanwhile.
   */
  private void enter() throws LeatException {
    if (!granted.gate().enter()) {
      throw leaseLost();
    }
  }

  private LeatException leaseLost() {
    return new LeatException(
        ErrorCode.LEASE_LOST,
        "The write lease of %s has expired or was recovered; the file ends where it was last flushed"
            .formatted(path));
  }

  /** Makes sure that the next byte has a place, and that it may be written now. */
  private CompletableFuture<?> ready(long bytes) throws IOException {
    CompletableFuture<?> wait = require(bytes);
    return wait == null ? requireUsable() : wait;
  }

  /** Writing is safe only while the session that holds the write lease is (D4). */
  private CompletableFuture<?> requireUsable() throws IOException {
    while (leasing != null || !context.leaseValid()) {
      if (leasing == null) {
        leasing = context.confined(ClientEngine::awaitLease);
      }
      if (!leasing.isDone()) {
        return leasing;
      }
      CompletableFuture<Void> leased = leasing;
      leasing = null;
      Waits.result(leased);
    }
    if (!granted.gate().isOpen()) {
      throw leaseLost();
    }
    return null;
  }

  /** Makes sure that the next byte has a place. */
  private CompletableFuture<?> require(long bytes) throws IOException {
    if (allocating == null) {
      if (space.available() > 0) {
        return null;
      }
      long fenced = fencedSession();
      if (takePooled(bytes, fenced)) {
        return null;
      }
      allocating = context.confined(engine -> allocate(engine, bytes, fenced));
    }
    if (!allocating.isDone()) {
      return allocating;
    }
    CompletableFuture<Reply> allocated = allocating;
    allocating = null;
    space.add(Messages.ranges(Waits.result(allocated).getAllocated().getRangesList()));
    volume = space.volume();
    return null;
  }

  /** A small file ends: takes what it needs out of what the session has. */
  private boolean takePooled(long bytes, long fenced) {
    if (!closing || volume != Extent.NO_VOLUME || bytes > POOLED_BYTES_MAX) {
      return false;
    }
    Optional<BlockRange> pooled =
        context.confined(engine -> engine.pooled(granted, Extent.blocksFor(bytes), fenced));
    pooled.ifPresent(range -> space.add(List.of(range)));
    volume = pooled.map(BlockRange::volume).orElse(Extent.NO_VOLUME);
    return pooled.isPresent();
  }

  /** The session whose lock file is held before it is given anything to write to; 0 for none. */
  private long fencedSession() throws LeatException {
    enter();
    try {
      return context.fence(granted.gate().session()) ? granted.gate().session() : 0;
    } finally {
      granted.gate().leave(true);
    }
  }

  private CompletableFuture<Reply> allocate(ClientEngine engine, long bytes, long fenced) {
    long wanted = closing ? bytes : Math.max(bytes, nextAllocation);
    nextAllocation = Math.min(2 * nextAllocation, ALLOCATION_BYTES_MAX);
    Allocate.Builder allocate =
        Allocate.newBuilder()
            .setFileId(granted.file().id())
            .setStream(granted.stream())
            .setFencedSession(fenced)
            .setBlocks(Extent.blocksFor(Math.min(wanted, ALLOCATION_BYTES_MAX)));
    return engine.callOnce("", Request.newBuilder().setAllocate(allocate));
  }

  private boolean direct(int of) throws IOException {
    return of != Extent.NO_VOLUME && opened(of).direct();
  }

  private Volume opened(int id) throws IOException {
    try {
      return context.volume(id);
    } catch (IOException e) {
      throw writing(e.getMessage(), e);
    }
  }

  /** I/O on a volume. */
  @FunctionalInterface
  private interface Use {
    void on(Volume volume) throws IOException;
  }

  /** A volume does not know whose bytes it holds, so what it refuses is told with the path. */
  private void use(int id, Use use) throws IOException {
    Volume volume = opened(id);
    try {
      use.on(volume);
    } catch (IOException e) {
      throw writing(e.getMessage(), e);
    }
  }

  // ---- to the server --------------------------------------------------------------------------

  private CompletableFuture<?> publish(boolean durable, boolean close) throws IOException {
    if (committing == null && close && fitsInline()) {
      commitInline();
    } else if (committing == null) {
      CompletableFuture<?> wait = flush(true);
      if (wait != null) {
        return wait;
      }
      List<Extent> extents = space.uncommitted();
      long end = extents.isEmpty() ? committedEnd : extents.get(extents.size() - 1).fileEnd();
      boolean grown = end != committedEnd;
      boolean synced =
          durable || (grown && (direct(volume) || movesTail || granted.range().isPresent()));
      Optional<FlushProof> proof =
          durable && !movesTail ? unflushed.proof(end) : Optional.<FlushProof>empty();
      if (synced && proof.isEmpty()) {
        flushVolume(end);
      }
      if (!grown && !close && !(durable && unsynced)) {
        return null;
      }
      unsynced = !synced && (unsynced || grown);
      movesTail = movesTail && !grown;
      committingEnd = end;
      Commit.Builder commit = commitOf(grown ? extents : List.of(), end).setClose(close);
      proof.ifPresentOrElse(
          commit::setProof, () -> commit.setSynced(synced || (close && unflushed.areFlushed(end))));
      committing = context.confined(engine -> engine.commit(granted, commit));
      if (proof.isPresent()) {
        context.push();
        flushVolume(end); // while the commit is on its way
      }
    }
    return committed();
  }

  private void flushVolume(long end) throws IOException {
    if (volume != Extent.NO_VOLUME && !unflushed.areFlushed(end)) {
      use(volume, Volume::flush);
      unflushed.flushed(end);
    }
  }

  /** Whether the whole file stands in the buffer, with new bytes, and is small enough. */
  private boolean fitsInline() {
    return offVolumes
        && volume == Extent.NO_VOLUME
        && bufferStart == 0
        && gathered() > rewritten
        && gathered() <= granted.inlineBytesMax();
  }

  private void commitInline() {
    ByteBuffer whole = buffer.duplicate().flip();
    committingEnd = whole.limit();
    List<Extent> extents = List.of(Extent.inline(0, ByteString.copyFrom(whole)));
    Commit.Builder commit = commitOf(extents, committingEnd).setClose(true);
    committing = context.confined(engine -> engine.commit(granted, commit));
  }

  private Commit.Builder commitOf(List<Extent> extents, long end) {
    Commit.Builder commit =
        Commit.newBuilder().setFileId(granted.file().id()).setStream(granted.stream()).setSize(end);
    extents.forEach(extent -> commit.addExtents(ExtentMessages.message(extent)));
    return commit;
  }

  private CompletableFuture<?> committed() throws IOException {
    if (!committing.isDone()) {
      return committing;
    }
    CompletableFuture<FileAttributes> done = committing;
    committing = null;
    try {
      attributes = Waits.result(done);
    } catch (LeatException e) {
      if (!fitsInline() || e.code() != ErrorCode.IMAGE_FULL) {
        throw e;
      }
      offVolumes = false;
      return publish(false, true);
    }
    space.committed(!direct(volume));
    committedEnd = committingEnd;
    if (closing) {
      giveBufferBack();
    }
    return null;
  }

  /**
   * Only after an end without a failure: a write that failed may still be on its way out of the
   * buffer.
   */
  private void giveBufferBack() {
    if (buffer != null) {
      bufferStart += buffer.position();
      buffers.giveBack(buffer);
      buffer = null;
    }
  }
}
