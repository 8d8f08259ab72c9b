package io.leat.client.engine;

import static io.leat.client.engine.StreamWorld.BLOCK;
import static io.leat.client.engine.StreamWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.leat.model.ChecksumKind;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamReaderTest {

  private static StreamReader reader(StreamWorld world) throws IOException {
    StreamReader reader = new StreamReader("/f", world.open(), world);
    world.acts.clear();
    return reader;
  }

  /** A file of a block and a hole behind it. */
  private static StreamWorld sparse() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, BLOCK);
    world.hole(1_000);
    return world;
  }

  private static void assertReads(StreamReader reader, long position, int length)
      throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length);
    assertEquals(length, reader.read(position, into));
    assertEquals(bytes(position, length), into.flip());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadAcrossExtentsWithoutAskingTheServer(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct);
    world.existing(5, BLOCK);
    world.existing(9, BLOCK);
    world.existing(7, 100);
    StreamReader reader = reader(world);
    assertNull(reader.prepare(0));
    assertReads(reader, 0, 2 * BLOCK + 100);
    assertReads(reader, BLOCK - 3, BLOCK + 10);
    assertEquals(List.of(), world.story());
  }

  @Test
  void shouldReadZerosFromAHole() throws IOException {
    StreamWorld world = sparse();
    StreamReader reader = reader(world);
    ByteBuffer into = ByteBuffer.allocate(BLOCK + 1_000);
    assertEquals(BLOCK + 1_000, reader.read(0, into), "nobody writes");
    assertEquals(bytes(0, BLOCK), into.flip().slice(0, BLOCK));
    assertEquals(ByteBuffer.allocate(1_000), into.slice(BLOCK, 1_000));
    assertNull(reader.prepare(BLOCK + 10));
  }

  @Test
  void shouldAskBeforeItReadsAHoleThatSomebodyMayFill() throws IOException {
    StreamWorld world = sparse();
    StreamReader reader = reader(world);
    world.revoke(TokenSet.READER.conflictsWith(TokenSet.RANGE_WRITER));
    world.readers = TokenSet.SNAPSHOT;
    world.run(() -> reader.prepare(0));
    ByteBuffer into = ByteBuffer.allocate(BLOCK + 1_000);
    assertEquals(BLOCK - 5, reader.read(5, into), "to where the hole begins");
    assertNull(reader.prepare(5), "these bytes are written once");
    assertNotNull(reader.prepare(BLOCK + 10));
    world.answer();
    assertEquals(990, reader.read(BLOCK + 10, into.clear()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReadInlineExtentsFromTheLayout(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct, BLOCK);
    world.existingInline(100);
    world.existing(5, BLOCK + 10);
    world.existingInline(BLOCK);
    StreamReader reader = reader(world);
    assertReads(reader, 0, (int) world.size);
    assertReads(reader, 99, 2);
    assertReads(reader, 40, 20);
    assertReads(reader, world.size - 1, 1);
  }

  @Test
  void shouldHandNoInlineByteOverOnceTheLeaseIsOver() throws IOException {
    StreamWorld world = new StreamWorld(false, BLOCK);
    world.existingInline(100);
    StreamReader reader = reader(world);
    world.environment.pause(30_000);
    assertEquals(StreamReader.AGAIN, reader.read(0, ByteBuffer.allocate(100)));
  }

  @Test
  void shouldStopAtTheEnd() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    StreamReader reader = reader(world);
    assertEquals(10, reader.read(90, ByteBuffer.allocate(50)));
    assertEquals(StreamReader.END, reader.read(100, ByteBuffer.allocate(1)));
  }

  @Test
  void shouldReadZerosWhereNothingWasWritten() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.layout.add(new Extent(0, 0, 5, 100, true, ChecksumKind.NONE, 0));
    world.size = 100;
    ByteBuffer into = ByteBuffer.allocate(100);
    assertEquals(100, reader(world).read(0, into));
    assertEquals(ByteBuffer.allocate(100), into.flip());
  }

  @Test
  void shouldNeverReadWhatNoExtentCovers() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    world.size = 200;
    StreamReader reader = reader(world);
    ByteBuffer into = ByteBuffer.allocate(200);
    assertThrows(IOException.class, () -> reader.read(0, into));
    assertEquals(200, into.limit());
  }

  @Test
  void shouldReadUpToTheFirstLostByte() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    world.lostFrom = 60;
    StreamReader reader = reader(world);
    assertEquals(60, reader.read(0, ByteBuffer.allocate(100)));
    LeatException lost =
        assertThrows(LeatException.class, () -> reader.read(60, ByteBuffer.allocate(1)));
    assertEquals(ErrorCode.DATA_LOST, lost.code());
  }

  @Test
  void shouldAskBeforeItReadsWhatSomebodyChanges() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, BLOCK);
    StreamReader reader = reader(world);
    world.revoke(TokenSet.READER.conflictsWith(TokenSet.WRITER));
    world.existing(9, 50);
    world.acts.clear();
    world.run(() -> reader.prepare(BLOCK));
    assertEquals(List.of("get_layout"), world.story());
    assertReads(reader, 0, BLOCK + 50);
  }

  @Test
  void shouldHandNothingOverOnceTheLeaseIsOver() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    StreamReader reader = reader(world);
    world.environment.pause(30_000);
    assertNull(reader.prepare(0), "no tick has looked at the clocks since");
    ByteBuffer into = ByteBuffer.allocate(100);
    assertEquals(StreamReader.AGAIN, reader.read(0, into));
    assertEquals(0, into.position());
    assertNotNull(reader.prepare(0), "the read has looked");
    world.environment.pass(100);
    world.run(() -> reader.prepare(0));
    assertReads(reader, 0, 100);
  }

  @Test
  void shouldStartNoReadOnceATickHasSeenTheLeaseOver() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    StreamReader reader = reader(world);
    world.environment.pass(16_000);
    assertNotNull(reader.prepare(0));
  }

  @Test
  void shouldTellOfNoEndOrLossOnceTheLeaseIsOver() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    world.lostFrom = 60;
    StreamReader reader = reader(world);
    assertNull(reader.prepare(60));
    assertNull(reader.prepare(100));
    world.environment.pause(30_000);
    assertNull(reader.prepare(0), "no tick has looked at the clocks since");
    assertNotNull(reader.prepare(60));
    world.environment.pass(100);
    world.run(() -> reader.prepare(60));
    world.environment.pause(30_000);
    assertNull(reader.prepare(0), "renewed");
    assertNotNull(reader.prepare(100));
  }

  @Test
  void shouldReadAgainAfterTheSessionWasLost() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    StreamReader reader = reader(world);
    world.loseSession();
    assertEquals(StreamReader.AGAIN, reader.read(0, ByteBuffer.allocate(100)));
    world.acts.clear();
    world.run(() -> reader.prepare(0));
    assertFalse(world.story().isEmpty());
    assertReads(reader, 0, 100);
  }

  @Test
  void shouldGiveTheTokensBackWithTheLastHandle() throws IOException {
    StreamWorld world = new StreamWorld(false);
    world.existing(5, 100);
    StreamReader first = reader(world);
    StreamReader second = reader(world);
    first.close();
    assertEquals(List.of(), world.story());
    second.close();
    world.pass(5);
    assertEquals(List.of("release"), world.story());
  }
}
