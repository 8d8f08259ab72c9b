package io.leat.wire.listing;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Takes the array out of a byte string that has just one, instead of a copy of 64 KiB and more. */
final class PageBytes extends ByteOutput {

  private ByteBuffer found = ByteBuffer.allocate(0);

  private PageBytes() {}

  /** The bytes, in a buffer with an array; not to be changed. */
  static ByteBuffer of(ByteString bytes) {
    PageBytes taken = new PageBytes();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, taken);
    } catch (IOException e) {
      throw new UncheckedIOException("no bytes were written", e);
    }
    return taken.found.capacity() == bytes.size()
        ? taken.found
        : ByteBuffer.wrap(bytes.toByteArray());
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    found = ByteBuffer.wrap(value, offset, length).slice();
  }

  // What comes otherwise is not in one array that stays as it is.

  @Override
  public void write(byte value) {}

  @Override
  public void write(byte[] value, int offset, int length) {}

  @Override
  public void write(ByteBuffer value) {}

  @Override
  public void writeLazy(ByteBuffer value) {}
}
