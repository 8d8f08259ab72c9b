package io.leat.client.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.leat.volume.Volume;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class WriteBuffersTest {

  @Test
  void shouldGiveWholeBlocksAtTheAddressOfABlock() {
    WriteBuffers buffers = new WriteBuffers(Volume.BLOCK_SIZE + 1);
    ByteBuffer buffer = buffers.take();
    assertEquals(2 * Volume.BLOCK_SIZE, buffers.bytes());
    assertEquals(buffers.bytes(), buffer.capacity());
    assertEquals(0, buffer.alignmentOffset(0, Volume.BLOCK_SIZE));
  }

  @Test
  void shouldGiveABufferToOneAtATimeAndEmpty() {
    WriteBuffers buffers = new WriteBuffers(Volume.BLOCK_SIZE);
    ByteBuffer first = buffers.take();
    assertNotSame(first, buffers.take());
    buffers.giveBack(first.position(5).limit(7));
    assertSame(first, buffers.take());
    assertEquals(0, first.position());
    assertEquals(first.capacity(), first.limit());
    assertNotSame(first, buffers.take());
  }

  @Test
  void shouldKeepOnlySoMany() {
    WriteBuffers buffers = new WriteBuffers(WriteBuffers.KEPT_BYTES_MAX);
    ByteBuffer kept = buffers.take();
    ByteBuffer dropped = buffers.take();
    buffers.giveBack(kept);
    buffers.giveBack(dropped);
    assertSame(kept, buffers.take());
    assertNotSame(dropped, buffers.take());
  }
}
