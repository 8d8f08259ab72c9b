package io.leat.hadoop;

import io.leat.client.FileReader;
import io.leat.model.FileAttributes;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A file of given bytes that counts the reads. */
final class FakeFile implements FileReader {
  private final byte[] bytes;
  private final long blockSize;
  final AtomicInteger reads = new AtomicInteger();
  private boolean closed;

  FakeFile(byte[] bytes, long blockSize) {
    this.bytes = bytes.clone();
    this.blockSize = blockSize;
  }

  static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  @Override
  public FileAttributes attributes() {
    return new FileAttributes(
        7, false, bytes.length, 0644, "me", "us", 1_000, 2_000, 3, blockSize, 1, false);
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int read(long position, ByteBuffer dst) {
    reads.incrementAndGet();
    if (position >= bytes.length) {
      return -1;
    }
    int length = (int) Math.min(dst.remaining(), bytes.length - position);
    dst.put(bytes, (int) position, length);
    return length;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
