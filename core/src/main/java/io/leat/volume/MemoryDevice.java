package io.leat.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A device in memory, zeros at first, for tests and simulations. Flushing does nothing: {@link
 * FaultyDevice} around it adds a cache that can lose writes.
 */
public final class MemoryDevice implements Device {

  private final ByteBuffer bytes;
  private final int alignment;
  private volatile boolean closed;

  /** A device of {@code size} bytes that takes any offset and length. */
  public MemoryDevice(int size) {
    this(size, 1);
  }

  /**
   * @param size bytes, a multiple of {@code alignment}
   * @param alignment a power of two that it insists on, as a direct device does
   */
  public MemoryDevice(int size, int alignment) {
    this.alignment = Alignment.requirePowerOfTwo(alignment);
    if (size < 0 || !Alignment.isAligned(size, alignment)) {
      throw new IllegalArgumentException("size " + size + " with alignment " + alignment);
    }
    this.bytes = ByteBuffer.allocate(size);
  }

  @Override
  public long size() {
    return bytes.capacity();
  }

  @Override
  public int alignment() {
    return alignment;
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    check(offset, dst);
    int length = dst.remaining();
    dst.put(dst.position(), bytes, (int) offset, length);
    dst.position(dst.position() + length);
  }

  @Override
  public void write(long offset, ByteBuffer src) throws IOException {
    check(offset, src);
    int length = src.remaining();
    bytes.put((int) offset, src, src.position(), length);
    src.position(src.position() + length);
  }

  private void check(long offset, ByteBuffer buffer) throws IOException {
    checkOpen();
    Ranges.check(this, offset, buffer.remaining(), size());
    Alignment.check(this, offset, buffer, alignment);
  }

  @Override
  public void flush() throws IOException {
    checkOpen();
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException(this + " was closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "memory device of " + bytes.capacity() + " bytes";
  }
}
