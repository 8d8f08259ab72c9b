package io.leat.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.leat.wire.proto.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the byte stream into frames and parses each. The length is checked before a byte of the
 * frame is kept. Parsed messages hold no part of the buffer, so it is free at once.
 */
final class FrameDecoder extends ByteToMessageDecoder {

  /**
   * Bytes from which on a message keeps its frame, instead of copies of each field. What is so long
   * consists mostly of one field; of shorter ones a field may be kept for longer than the message.
   */
  private static final int SHARED_BYTES = 16 << 10;

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
      return length < SHARED_BYTES
          ? Envelope.parseFrom(in.nioBuffer(in.readerIndex(), length))
          : parseShared(in, length);
    } catch (InvalidProtocolBufferException e) {
      broken = true;
      throw new WireViolationException("malformed message: " + e.getMessage(), e);
    }
  }

  /** Without a copy of each field: all of them keep the one array of the frame. */
  private static Envelope parseShared(ByteBuf in, int length)
      throws InvalidProtocolBufferException {
    byte[] frame = new byte[length];
    in.getBytes(in.readerIndex(), frame);
    CodedInputStream fields = CodedInputStream.newInstance(frame);
    fields.enableAliasing(true);
    Envelope message = Envelope.parser().parseFrom(fields);
    fields.checkLastTagWas(0);
    return message;
  }
}
