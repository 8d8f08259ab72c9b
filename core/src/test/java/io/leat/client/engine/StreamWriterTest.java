package io.leat.client.engine;

import static io.leat.client.engine.StreamWorld.BLOCK;
import static io.leat.client.engine.StreamWorld.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.client.engine.StreamWorld.Act;
import io.leat.client.engine.StreamWorld.Flushed;
import io.leat.client.engine.StreamWorld.Sent;
import io.leat.client.engine.StreamWorld.Wrote;
import io.leat.model.ByteRange;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.LeatException;
import io.leat.model.TokenSet;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Commit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamWriterTest {

  private static final int BUFFER = 2 * BLOCK;

  private static Commit last(List<Commit> commits) {
    return commits.get(commits.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPublishAfterTheData(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 5 * BLOCK + 100);
    assertTrue(world.commits().isEmpty(), "nobody has asked for it yet");
    world.run(writer::hflush);
    assertPublishedLast(world.acts, direct);
    assertEquals(direct, last(world.commits()).getSynced());
    assertEquals(5 * BLOCK + 100, world.size);
    assertEquals(world.size, writer.attributes().size());

    world.acts.clear();
    world.write(writer, 300);
    world.run(writer::hsync);
    assertPublishedLast(world.acts, true);
    assertTrue(last(world.commits()).getSynced());

    world.acts.clear();
    world.write(writer, BLOCK);
    world.run(writer::close);
    assertTrue(last(world.commits()).getClose());
    assertPublishedLast(world.acts, direct);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFillItsRangeAndFlushBeforeEachCommit(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct, BLOCK);
    world.existing(5, BLOCK);
    world.hole(1_000);
    StreamWriter writer = world.fill(new ByteRange(BLOCK + 1_000, 3 * BLOCK), BUFFER);
    assertEquals(BLOCK + 1_000, writer.position());
    world.write(writer, 2 * BLOCK + 10);
    world.run(writer::hflush);
    assertPublishedLast(world.acts, true);
    assertTrue(last(world.commits()).getSynced());
    assertFalse(last(world.commits()).hasProof());
    world.write(writer, 10);
    world.run(writer::hsync);
    assertTrue(last(world.commits()).getSynced());
    assertFalse(last(world.commits()).hasProof());
    IOException full =
        assertThrows(IOException.class, () -> writer.write(ByteBuffer.allocate(BLOCK - 19)));
    assertTrue(full.getMessage().contains("bytes 5096 to 17383"), full.getMessage());
    assertEquals(3 * BLOCK + 1_020, writer.position(), "nothing was taken");
    world.write(writer, BLOCK - 20);
    world.run(writer::close);
    assertEquals(4 * BLOCK + 1_000, world.size);
    assertTrue(last(world.commits()).getSynced());
  }

  @Test
  void shouldNotPublishASmallRangeInline() throws IOException {
    StreamWorld world = new StreamWorld(false, BLOCK);
    StreamWriter writer = world.fill(ByteRange.from(0), BUFFER);
    world.write(writer, 10);
    world.run(writer::close);
    assertTrue(ExtentMessages.extent(last(world.commits()).getExtents(0)).isOnVolume());
  }

  @Test
  void shouldAppendBehindAHoleWithoutItsBytes() throws IOException {
    StreamWorld world = new StreamWorld(false, BLOCK);
    world.existing(5, BLOCK);
    world.hole(1_000);
    StreamWriter writer = world.append(BUFFER);
    world.write(writer, 10);
    world.run(writer::close);
    assertEquals(BLOCK + 1_000, last(world.commits()).getExtents(0).getFileOffset());
  }

  /** Writes, then a flush where one is due, then the one commit, which covers the writes. */
  private static void assertPublishedLast(List<Act> acts, boolean flushed) {
    List<Act> order = acts.stream().filter(act -> !isAllocation(act)).toList();
    assertTrue(order.get(order.size() - 1) instanceof Sent, order.toString());
    int writes = order.size() - (flushed ? 2 : 1);
    assertTrue(writes > 0, order.toString());
    order.subList(0, writes).forEach(act -> assertTrue(act instanceof Wrote, order.toString()));
    assertEquals(flushed, order.get(order.size() - 2) instanceof Flushed, order.toString());
    Commit commit = ((Sent) order.get(order.size() - 1)).request().getCommit();
    List<Extent> extents = ExtentMessages.extents(commit.getExtentsList());
    for (Act act : order.subList(0, writes)) {
      assertTrue(extents.stream().anyMatch(e -> StreamWorld.overlap((Wrote) act, e)), "" + act);
    }
  }

  private static boolean isAllocation(Act act) {
    return act instanceof Sent sent && sent.request().hasAllocate();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPublishOnlyWhatChanged(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct);
    StreamWriter writer = world.create(BUFFER);
    world.run(writer::hflush);
    assertEquals(List.of(), world.story(), "nothing has been written");
    world.run(writer::hsync);
    world.run(writer::hsync);
    assertEquals(List.of("commit"), world.story(), "the file itself has to be durable");
    assertTrue(last(world.commits()).getSynced());

    world.write(writer, 100);
    world.run(writer::hsync);
    assertEquals(2, world.commits().size());
    world.run(writer::hflush);
    world.run(writer::hsync);
    assertEquals(2, world.commits().size(), "all has been published, durably");

    world.run(writer::close);
    assertEquals(3, world.commits().size());
    assertTrue(last(world.commits()).getClose());
    assertEquals(0, last(world.commits()).getExtentsCount());
    assertEquals(100, last(world.commits()).getSize());
  }

  @Test
  void shouldCloseWithoutExtentsWhenNothingWasWritten() throws IOException {
    StreamWorld world = new StreamWorld(true);
    world.existing(5, 1_000);
    StreamWriter writer = world.append(BUFFER);
    world.run(writer::hflush);
    world.run(writer::close);
    assertEquals(List.of("commit"), world.story());
    assertEquals(0, last(world.commits()).getExtentsCount());
    assertEquals(1_000, last(world.commits()).getSize());
  }

  @Test
  void shouldPublishAgainOnlyThatBytesAreDurableNow() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.run(writer::hflush);
    assertFalse(last(world.commits()).getSynced());
    world.acts.clear();
    world.run(writer::hsync);
    assertEquals(List.of("flush", "commit"), world.story());
    assertTrue(last(world.commits()).getSynced());
    assertEquals(0, last(world.commits()).getExtentsCount());
  }

  @Test
  void shouldFlushWhileACommitWithAProofIsOnItsWay() throws IOException {
    StreamWorld world = StreamWorld.proving(8 * BLOCK);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 300);
    world.run(writer::hsync);
    assertEquals(List.of("allocate", "write", "commit", "flush"), world.story());
    assertEquals(0, last(world.commits()).getProof().getFlushed());

    world.write(writer, BLOCK);
    world.run(writer::hflush);
    assertFalse(last(world.commits()).hasProof());
    world.write(writer, 20);
    world.run(writer::hsync);
    assertEquals(300, last(world.commits()).getProof().getFlushed());

    world.write(writer, 1);
    world.run(writer::hflush);
    world.acts.clear();
    world.run(writer::hsync);
    assertEquals(List.of("commit", "flush"), world.story());
    assertEquals(0, last(world.commits()).getExtentsCount());
    assertEquals(300 + BLOCK + 20, last(world.commits()).getProof().getFlushed());

    world.acts.clear();
    world.run(writer::hsync);
    world.run(writer::close);
    assertEquals(List.of("commit"), world.story());
    assertTrue(last(world.commits()).getSynced(), "the last hsync has flushed all");
  }

  @Test
  void shouldFlushFirstWhatNoProofStandsFor() throws IOException {
    StreamWorld world = StreamWorld.proving(2 * BLOCK);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 2 * BLOCK + 1);
    assertFlushesFirst(world, writer);

    world.write(writer, 2 * BLOCK);
    world.run(writer::hsync);
    assertTrue(last(world.commits()).hasProof(), "from the last flush on");
    world.run(writer::close);
  }

  @Test
  void shouldFlushFirstWhatHasMovedOrWasThereBefore() throws IOException {
    StreamWorld world = StreamWorld.proving(8 * BLOCK);
    world.existing(5, 904);
    StreamWriter moving = world.append(BUFFER);
    world.write(moving, 10);
    assertFlushesFirst(world, moving);
    world.write(moving, BLOCK - 914);
    world.run(moving::hsync);
    assertTrue(last(world.commits()).hasProof());
    world.run(moving::close);

    StreamWriter behind = world.append(BUFFER);
    world.write(behind, 10);
    assertFlushesFirst(world, behind);
    world.run(behind::close);
  }

  private static void assertFlushesFirst(StreamWorld world, StreamWriter writer)
      throws IOException {
    world.run(writer::hsync);
    List<String> story = world.story();
    assertEquals(List.of("flush", "commit"), story.subList(story.size() - 2, story.size()));
    assertTrue(last(world.commits()).getSynced());
    assertFalse(last(world.commits()).hasProof());
  }

  @Test
  void shouldFailForGoodWhenTheFlushBesideACommitFails() throws IOException {
    StreamWorld world = StreamWorld.proving(8 * BLOCK);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.device.failFlushes = true;
    IOException failure = assertThrows(IOException.class, () -> world.run(writer::hsync));
    world.device.failFlushes = false;
    world.answer();
    assertEquals(100, world.size, "published, and not durable");
    assertSame(failure, writer.failure());
    assertSame(failure, assertThrows(IOException.class, writer::hsync));
    assertSame(failure, assertThrows(IOException.class, writer::close));
    world.answer();
    assertEquals(1, world.commits().size());
    assertEquals(TokenSet.WRITER.bits(), released(world).getTokens());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPublishNothingWhenTheDataCannotBeWritten(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.device.failWrites = true;
    IOException failure = assertThrows(IOException.class, () -> world.run(writer::hflush));
    world.device.failWrites = false;
    assertEnded(world, writer, failure);
  }

  @Test
  void shouldPublishNothingWhenTheDataCannotBeMadeDurable() throws IOException {
    StreamWorld world = new StreamWorld(true);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.device.failFlushes = true;
    IOException failure = assertThrows(IOException.class, () -> world.run(writer::hflush));
    world.device.failFlushes = false;
    assertEnded(world, writer, failure);
  }

  @Test
  void shouldPublishNothingWhenTheBytesOfACloseCannotBeWritten() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.device.failWrites = true;
    assertThrows(IOException.class, () -> world.run(writer::close));
    world.answer();
    assertEquals(List.of("allocate", "release"), world.story());
  }

  /** The failure sticks, nothing is published, and the close gives everything back. */
  private static void assertEnded(StreamWorld world, StreamWriter writer, IOException failure) {
    assertSame(failure, writer.failure());
    assertSame(failure, assertThrows(IOException.class, writer::hsync));
    assertSame(failure, assertThrows(IOException.class, () -> writer.write(bytes(100, 10))));
    assertSame(failure, assertThrows(IOException.class, writer::close));
    world.answer();
    assertEquals(List.of(), world.commits());
    assertEquals(0, world.size);
    assertEquals(TokenSet.WRITER.bits(), released(world).getTokens());
  }

  private static Claim released(StreamWorld world) {
    Act last = world.acts.get(world.acts.size() - 1);
    return ((Sent) last).request().getRelease().getFiles(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldCopyTheTailOfSomebodyElsesBlock(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct);
    world.existing(5, BLOCK + 904);
    StreamWriter writer = world.append(BUFFER);
    assertEquals(BLOCK + 904, writer.position());
    world.write(writer, 10);
    world.run(writer::hflush);
    Commit moved = last(world.commits());
    assertTrue(moved.getSynced(), "bytes that were durable have moved");
    assertEquals(BLOCK, moved.getExtents(0).getFileOffset());
    assertEquals(7, moved.getExtents(0).getBlock());
    assertEquals(914, moved.getExtents(0).getLength());
    assertPublishedLast(world.acts, true);

    world.write(writer, 10);
    world.run(writer::hflush);
    assertEquals(direct, last(world.commits()).getSynced(), "no old byte has moved");
    assertEquals(BLOCK + 924, world.size);
  }

  @Test
  void shouldGrowItsLastBlockInPlaceOnABufferedVolume() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    for (int i = 0; i < 3; i++) {
      world.write(writer, 100);
      world.run(writer::hflush);
    }
    assertEquals(List.of(Extent.written(0, 0, 1, 300)), world.layout);
    List<Act> writes = world.acts.stream().filter(Wrote.class::isInstance).toList();
    assertEquals(
        List.of(new Wrote(BLOCK, 100), new Wrote(BLOCK + 100, 100), new Wrote(BLOCK + 200, 100)),
        writes,
        "committed bytes stay as they are");
  }

  @Test
  void shouldWriteItsLastBlockElsewhereOnADirectVolume() throws IOException {
    StreamWorld world = new StreamWorld(true);
    StreamWriter writer = world.create(BUFFER);
    for (int i = 0; i < 3; i++) {
      world.write(writer, 100);
      world.run(writer::hflush);
    }
    assertEquals(List.of(Extent.written(0, 0, 3, 300)), world.layout);
    List<Act> writes = world.acts.stream().filter(Wrote.class::isInstance).toList();
    assertEquals(
        List.of(new Wrote(BLOCK, BLOCK), new Wrote(2 * BLOCK, BLOCK), new Wrote(3 * BLOCK, BLOCK)),
        writes);
  }

  @Test
  void shouldPadWithZerosOnADirectVolume() throws IOException {
    StreamWorld world = new StreamWorld(true);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, BLOCK + 1_000);
    world.run(writer::hflush);
    Extent extent = world.layout.get(0);
    byte[] padded = new byte[BLOCK];
    bytes(BLOCK, 1_000).get(padded, 0, 1_000);
    assertEquals(ByteBuffer.wrap(padded), world.block(extent.block() + 1));
    assertEquals(StreamWorld.GARBAGE, world.block(extent.blockEnd()).get(0), "left alone");
  }

  @Test
  void shouldWriteNothingOnceTheWriteLeaseIsTaken() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.revoke(TokenSet.WRITER.minus(TokenSet.READER));
    assertLeaseLost(world, writer);
  }

  @Test
  void shouldWriteNothingOnceTheSessionIsLost() throws IOException {
    StreamWorld world = new StreamWorld(true);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.loseSession();
    assertLeaseLost(world, writer);
  }

  private static void assertLeaseLost(StreamWorld world, StreamWriter writer) {
    LeatException lost = assertThrows(LeatException.class, () -> world.run(writer::hflush));
    assertEquals(ErrorCode.LEASE_LOST, lost.code());
    assertSame(lost, assertThrows(LeatException.class, writer::close));
    assertFalse(world.story().contains("write"), world.story().toString());
    assertEquals(List.of(), world.commits());
  }

  @Test
  void shouldWriteOnlyUnderAValidLease() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.run(writer::hflush);
    world.write(writer, 100);
    world.acts.clear();
    world.environment.pause(30_000);
    assertFalse(writer.hflush().isDone());
    assertEquals(List.of(), world.story(), "the process has slept for longer than its lease");
    world.environment.pass(100);
    world.run(writer::hflush);
    assertEquals(List.of("renew", "write", "commit"), world.story());
    assertEquals(200, world.size);
  }

  @Test
  void shouldTakeNothingOnceClosed() throws IOException {
    StreamWorld world = new StreamWorld(false);
    StreamWriter writer = world.create(BUFFER);
    world.run(writer::close);
    assertThrows(IOException.class, writer::hflush);
    assertThrows(IOException.class, () -> writer.write(bytes(0, 1)));
  }

  @Test
  void shouldTakeABufferWithItsFirstByteAndGiveItBackAtTheEnd() throws IOException {
    StreamWorld world = new StreamWorld(true);
    WriteBuffers buffers = world.buffers(BUFFER);
    ByteBuffer only = buffers.take();
    buffers.giveBack(only);
    StreamWriter writer = world.create(BUFFER);
    assertSame(only, buffers.take(), "nothing was written yet");
    buffers.giveBack(only);
    world.write(writer, BLOCK + 100);
    world.run(writer::hflush);
    assertNotSame(only, buffers.take(), "the writer keeps its last block there");
    world.run(writer::close);
    assertEquals(BLOCK + 100, writer.position());
    assertSame(only, buffers.take());
  }

  @Test
  void shouldKeepItsBufferFromOthersWhenItsEndFailed() throws IOException {
    StreamWorld world = new StreamWorld(false);
    WriteBuffers buffers = world.buffers(BUFFER);
    ByteBuffer only = buffers.take();
    buffers.giveBack(only);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.loseSession();
    assertLeaseLost(world, writer);
    assertNotSame(only, buffers.take(), "a write that failed may still read it");
  }

  /** The world checks every write and every commit. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKeepEveryByteWhateverTheOrderOfCalls(boolean direct) throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      StreamWorld world = new StreamWorld(direct, seed % 3 == 0 ? 0 : random.nextInt(BLOCK + 1));
      world.rangeBlocks = 1 + random.nextInt(4);
      world.ranges = 1 + random.nextInt(3);
      world.gapBlocks = random.nextInt(2);
      long size = existing(world, random);
      for (int stream = 0; stream < 3; stream++) {
        size += writeAtRandom(world, world.append(BUFFER), random);
        assertEquals(size, world.size, "seed " + seed);
      }
    }
  }

  private static long existing(StreamWorld world, Random random) throws IOException {
    if (random.nextBoolean()) {
      world.existing(1, 1 + random.nextInt(3 * BLOCK));
    }
    for (int inline = random.nextInt(3); inline > 0; inline--) {
      world.existingInline(1 + random.nextInt(BLOCK));
    }
    return world.size;
  }

  private static long writeAtRandom(StreamWorld world, StreamWriter writer, Random random)
      throws IOException {
    long written = 0;
    for (int i = random.nextBoolean() ? 12 : 1; i > 0; i--) {
      int length = random.nextInt(random.nextBoolean() ? 300 : 5 * BLOCK);
      switch (random.nextInt(5)) {
        case 0 -> world.run(writer::hflush);
        case 1 -> world.run(writer::hsync);
        default -> {
          world.write(writer, length);
          written += length;
        }
      }
    }
    world.run(writer::close);
    return written;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldPublishASmallFileInlineWithoutSpaceOrVolume(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct, BLOCK);
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.write(writer, BLOCK - 100);
    world.run(writer::close);
    assertEquals(List.of("commit"), world.story());
    assertTrue(last(world.commits()).getClose());
    assertEquals(1, world.layout.size());
    assertTrue(world.layout.get(0).isInline());
    assertEquals(BLOCK, writer.attributes().size());
    assertEquals(List.of(), world.fenced, "there is nothing to fence");
  }

  @Test
  void shouldPublishOnTheVolumeWhatIsTooLongOrWasFlushed() throws IOException {
    StreamWorld world = new StreamWorld(false, 100);
    StreamWriter tooLong = world.create(BUFFER);
    world.write(tooLong, 101);
    world.run(tooLong::close);
    assertEquals(List.of("allocate", "write", "commit"), world.story());

    world = new StreamWorld(false, 100);
    StreamWriter flushed = world.create(BUFFER);
    world.write(flushed, 10);
    world.run(flushed::hflush);
    world.write(flushed, 10);
    world.run(flushed::close);
    assertEquals(List.of("allocate", "write", "commit", "write", "commit"), world.story());
    assertFalse(world.layout.get(0).isInline());
  }

  @Test
  void shouldKeepAnInlineFileInlineWhileItIsSmall() throws IOException {
    StreamWorld world = new StreamWorld(false, 100);
    world.existingInline(60);
    StreamWriter writer = world.append(BUFFER);
    assertEquals(60, writer.position());
    world.write(writer, 40);
    world.run(writer::close);
    assertEquals(List.of("commit"), world.story());
    assertEquals(List.of(Extent.inline(0, ByteString.copyFrom(bytes(0, 100)))), world.layout);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldMoveAnInlineFileToTheVolumeWhenItGrows(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct, BLOCK);
    world.existingInline(60);
    StreamWriter writer = world.append(BUFFER);
    world.write(writer, BLOCK);
    world.run(writer::close);
    assertEquals(List.of(Extent.written(0, 0, 1, BLOCK + 60)), world.layout);
    assertTrue(last(world.commits()).getSynced(), "bytes that were durable have moved");
    assertPublishedLast(world.acts, true);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldMoveTheLastOfSeveralInlineExtentsToTheVolume(boolean direct) throws IOException {
    StreamWorld world = new StreamWorld(direct, BLOCK);
    world.existingInline(60);
    world.existingInline(30);
    StreamWriter writer = world.append(BUFFER);
    world.write(writer, 10);
    world.run(writer::close);
    assertEquals(2, world.layout.size());
    assertTrue(world.layout.get(0).isInline());
    assertEquals(Extent.written(60, 0, 1, 40), world.layout.get(1));
  }

  @Test
  void shouldPublishOnTheVolumeWhenTheImageIsNearlyFull() throws IOException {
    StreamWorld world = new StreamWorld(false, BLOCK);
    world.imageFull = true;
    StreamWriter writer = world.create(BUFFER);
    world.write(writer, 100);
    world.run(writer::close);
    assertEquals(List.of("commit", "allocate", "write", "commit"), world.story());
    assertEquals(List.of(Extent.written(0, 0, 1, 100)), world.layout);
  }

  @Test
  void shouldTakeSpaceForSmallFilesFromTheSessions() throws IOException {
    StreamWorld world = new StreamWorld(false);
    small(world);
    assertEquals(List.of("allocate", "write", "commit"), world.story());
    small(world);
    assertEquals(1, world.story().stream().filter("commit"::equals).count());
    small(world);
    assertEquals(List.of("write", "flush", "commit"), world.story());
    world.loseSession();
    small(world);
    assertTrue(world.story().contains("allocate"), "the pool was the lost session's");
    assertEquals(List.of(7L, 7L, 7L, 8L), world.fenced);
  }

  private static void small(StreamWorld world) throws IOException {
    StreamWriter writer = world.append(8 * StreamWorld.BLOCK);
    world.write(writer, 10);
    world.run(writer::close);
  }
}
