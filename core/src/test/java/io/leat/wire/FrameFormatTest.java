package io.leat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.leat.wire.proto.Envelope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands on the wire in version 1, and that it is read back. */
class FrameFormatTest {
  private static final String HELLO =
      "00000027" // length
          + "5225" // field 10, Hello
          + "0d5441454c" // magic, fixed32 is little-endian
          + "10011801" // versions 1 to 1
          + "220b6c6561742d746573742031" // software
          + "2a09746573742d686f7374" // host
          + "32023432"; // process
  private static final String REQUEST = "00000007" + "0801" + "6203" + "1a0175";

  @Test
  void shouldWriteTheseBytesWhenFramesAreEncoded() {
    ByteBuf bytes =
        FrameEncoder.encode(
            UnpooledByteBufAllocator.DEFAULT, List.of(Wire.hello(), Wire.request(1)));
    assertEquals(HELLO + REQUEST, ByteBufUtil.hexDump(bytes));
    bytes.release();
  }

  @Test
  void shouldReadMessagesWhenTheseBytesArrive() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(HELLO + REQUEST)));
    assertEquals(Wire.hello(), channel.readInbound());
    assertEquals(Wire.request(1), channel.readInbound());
    channel.finish();
  }

  @Test
  void shouldKeepMessageWhenItsBufferIsUsedAgain() {
    Envelope message = Wire.requestOf(1_000);
    byte[] bytes = Wire.frame(message);
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder());
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    Envelope read = channel.readInbound();
    Arrays.fill(bytes, (byte) 0xff);
    assertEquals(message, read);
    channel.finish();
  }
}
