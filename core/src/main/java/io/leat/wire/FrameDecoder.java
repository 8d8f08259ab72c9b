package io.leat.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.leat.wire.proto.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the byte stream into frames and parses each. The length is checked before a byte of the
 * frame is kept. Parsed messages copy what they hold, so the buffer is free at once.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  private int maxFrameBytes = WireProtocol.MAX_HANDSHAKE_BYTES;
  private boolean broken;

  /** From now on frames may have the full size. */
  void handshakeDone() {
    maxFrameBytes = WireProtocol.MAX_FRAME_BYTES;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      // Bytes after a violation mean nothing; do not report it again while the channel closes.
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < WireProtocol.LENGTH_BYTES) {
      return;
    }
    int length = checkedLength(in.getInt(in.readerIndex()));
    if (in.readableBytes() - WireProtocol.LENGTH_BYTES >= length) {
      in.skipBytes(WireProtocol.LENGTH_BYTES);
      out.add(parse(in, length));
      in.skipBytes(length);
    }
  }

  private int checkedLength(int length) {
    // The length is unsigned: a negative int is one above 2 GiB.
    if (length == 0 || Integer.compareUnsigned(length, maxFrameBytes) > 0) {
      broken = true;
      throw new WireViolationException(
          "frame of "
              + Integer.toUnsignedString(length)
              + " bytes, allowed are 1 to "
              + maxFrameBytes);
    }
    return length;
  }

  private Envelope parse(ByteBuf in, int length) {
    try {
      return Envelope.parseFrom(in.nioBuffer(in.readerIndex(), length));
    } catch (InvalidProtocolBufferException e) {
      broken = true;
      throw new WireViolationException("malformed message: " + e.getMessage(), e);
    }
  }
}
