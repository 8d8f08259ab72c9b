package io.leat.wire;

import com.google.protobuf.CodedOutputStream;
import io.leat.wire.proto.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Serializes messages straight into the buffer that goes to the socket. */
final class FrameEncoder {

  private FrameEncoder() {}

  /** Bytes that the message takes on the wire. */
  static int frameBytes(Envelope message) {
    return WireProtocol.LENGTH_BYTES + message.getSerializedSize();
  }

  /** All messages as frames in one new buffer, which the caller releases. */
  static ByteBuf encode(ByteBufAllocator allocator, List<Envelope> messages) {
    int bytes = messages.stream().mapToInt(FrameEncoder::frameBytes).sum();
    ByteBuf buffer = allocator.directBuffer(bytes, bytes);
    boolean complete = false;
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(buffer.nioBuffer(0, bytes));
      for (Envelope message : messages) {
        writeLength(out, message.getSerializedSize());
        message.writeTo(out);
      }
      out.flush();
      out.checkNoSpaceLeft();
      buffer.writerIndex(bytes);
      complete = true;
      return buffer;
    } catch (IOException e) {
      throw new UncheckedIOException("a message did not serialize to its own size", e);
    } finally {
      if (!complete) {
        buffer.release();
      }
    }
  }

  // Protobuf writes little-endian numbers only; frames start with a big-endian one.
  private static void writeLength(CodedOutputStream out, int length) throws IOException {
    out.write((byte) (length >>> 24));
    out.write((byte) (length >>> 16));
    out.write((byte) (length >>> 8));
    out.write((byte) length);
  }
}
