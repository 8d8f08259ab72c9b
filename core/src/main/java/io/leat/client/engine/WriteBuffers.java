package io.leat.client.engine;

import io.leat.model.Extent;
import io.leat.volume.Volume;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The buffers in which streams gather what they write, kept for the streams after them: a new one
 * costs its page faults, its zeros and a cleaner, which is more than a small file's messages cost.
 *
 * <p>What a buffer holds may be another file's. Any thread.
 */
public final class WriteBuffers {

  /** What is kept for later, bytes; but one buffer is kept however large it is. */
  static final int KEPT_BYTES_MAX = 16 << 20;

  private final int bytes;
  private final int keptMax;
  private final Deque<ByteBuffer> kept = new ArrayDeque<>();

  /**
   * Nothing is kept yet.
   *
   * @param bytes how long each buffer is, rounded up to whole blocks
   */
  public WriteBuffers(int bytes) {
    this.bytes = (int) Extent.blocksFor(bytes) * Volume.BLOCK_SIZE;
    this.keptMax = Math.max(1, KEPT_BYTES_MAX / this.bytes);
  }

  /** How much a stream gathers at most. */
  int bytes() {
    return bytes;
  }

  /** An empty direct buffer of {@link #bytes} at the address of a block; the caller's alone. */
  ByteBuffer take() {
    ByteBuffer buffer;
    synchronized (this) {
      buffer = kept.pollFirst(); // the last one given back is the one in the processor's cache
    }
    return buffer == null ? allocate() : buffer.clear();
  }

  private ByteBuffer allocate() {
    return ByteBuffer.allocateDirect(bytes + Volume.BLOCK_SIZE)
        .alignedSlice(Volume.BLOCK_SIZE)
        .limit(bytes)
        .slice();
  }

  /** Takes a buffer back that nobody reads from or writes to any more. */
  synchronized void giveBack(ByteBuffer buffer) {
    if (kept.size() < keptMax) {
      kept.addFirst(buffer);
    }
  }
}
