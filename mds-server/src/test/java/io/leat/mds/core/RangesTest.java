package io.leat.mds.core;

import static io.leat.mds.core.TestClient.allocate;
import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.drained;
import static io.leat.mds.core.TestClient.open;
import static io.leat.mds.core.TestClient.recoverLease;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.TokenSet;
import io.leat.wire.ExtentMessages;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.ByteRange;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.FileStatus;
import io.leat.wire.proto.FlushProof;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SetTimes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several streams that fill one file, each in a range of its own. */
final class RangesTest {

  private static final int BLOCK = Extent.BLOCK_BYTES;
  private static final String PATH = "/big";

  /** Blocks that a stream asks for beyond what it writes at once. */
  private static final int SPARE = 8;

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();
  private final TestClient other = server.client();

  /** A stream's end of the conversation: what it has been given, and how far it has come. */
  private static final class Stream {
    private final TestClient client;
    private final long number;
    private final Opened opened;
    private final long file;
    private final List<Extent> sent = new ArrayList<>();
    private long end;

    Stream(TestClient client, long number, long offset, long length) {
      this.client = client;
      this.number = number;
      this.opened = client.ok(range(number, offset, length)).getOpened();
      this.file = opened.getStatus().getFileId();
      this.end = offset;
    }

    /** Publishes {@code bytes} in whole fresh blocks, or in the tail that it has begun. */
    FileStatus write(long bytes) {
      Extent last = sent.isEmpty() ? null : sent.get(sent.size() - 1);
      Extent extent;
      if (last != null && last.length() % BLOCK != 0) {
        Extent tail = last.tail(last.fileEnd() - last.length() % BLOCK);
        extent = tail.withLength(tail.length() + bytes);
      } else {
        BlockRange space = client.allocated(file, number, Extent.blocksFor(bytes) + SPARE);
        extent = Extent.written(end, 0, space.getBlock(), bytes);
      }
      end += bytes;
      sent.add(extent);
      return client.ok(commit(extent)).getCommitted().getStatus();
    }

    Request.Builder commit(Extent... extents) {
      return Request.newBuilder().setCommit(commitOf(end, extents));
    }

    Commit.Builder commitOf(long size, Extent... extents) {
      Commit.Builder commit =
          Commit.newBuilder().setFileId(file).setStream(number).setSize(size).setSynced(true);
      for (Extent extent : extents) {
        commit.addExtents(ExtentMessages.message(extent));
      }
      return commit;
    }

    FileStatus close(long grant) {
      return client
          .ok(
              Request.newBuilder()
                  .setCommit(commitOf(end).setClose(true).setReleaseGrant(grant).setSynced(false)))
          .getCommitted()
          .getStatus();
    }
  }

  private static Request.Builder range(long stream, long offset, long length) {
    Request.Builder creation = creation(PATH, stream);
    creation
        .getCreateBuilder()
        .setRange(ByteRange.newBuilder().setOffset(offset).setLength(length));
    return creation;
  }

  private static Request.Builder keeping(long stream, long offset, long length) {
    Request.Builder range = range(stream, offset, length);
    range.getCreateBuilder().setOverwrite(false);
    return range;
  }

  /** What stands where, as a reader is told: "hole" or "file" and the length of each piece. */
  private String layout() {
    TestClient reader = server.client();
    Opened opened = reader.opened(PATH);
    StringBuilder text = new StringBuilder();
    for (io.leat.wire.proto.Extent sent : opened.getExtentsList()) {
      Extent extent = ExtentMessages.extent(sent);
      String kind = extent.isHole() ? "hole" : extent.isInline() ? "inline" : "file";
      text.append(text.isEmpty() ? "" : " ").append(kind).append(' ').append(extent.length());
    }
    reader.release(opened);
    return text.toString();
  }

  /** A stream is over, and nothing of it is on its way. */
  private static Request.Builder over(Claim back, long stream) {
    return Request.newBuilder()
        .setRelease(Release.newBuilder().addFiles(back).addDrainedStreams(stream));
  }

  /** As {@link #over}, of the last stream of a client in the file. */
  private static Request.Builder over(Opened opened, long stream) {
    return over(claim(opened), stream);
  }

  /** A stream is over, others of its client live on the tokens, and a write may be on its way. */
  private static Request.Builder ended(Stream stream) {
    Claim nothing = claim(stream.file, 0, stream.opened.getGrant());
    return Request.newBuilder()
        .setRelease(Release.newBuilder().addFiles(nothing).addEndedStreams(stream.number));
  }

  private void refused(Stream stream, long size, Extent... extents) {
    stream.client.refused(
        ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setCommit(stream.commitOf(size, extents)));
  }

  @Test
  void shouldFillOneFileFromSeveralClients() {
    Stream second = new Stream(other, 1, 10_000, 10_000);
    Stream first = new Stream(client, 1, 0, 10_000);
    assertEquals(first.file, second.file);
    assertEquals(TokenSet.RANGE_WRITER.bits(), first.opened.getTokens());
    assertEquals(11_000, second.write(1_000).getSize());
    assertEquals("hole 10000 file 1000", layout());
    assertEquals(11_000, first.write(5_000).getSize(), "the largest size wins");
    assertEquals("file 5000 hole 5000 file 1000", layout());
    second.write(9_000);
    first.write(5_000);
    assertTrue(first.close(first.opened.getGrant()).getUnderConstruction());
    FileStatus closed = second.close(second.opened.getGrant());
    assertEquals(20_000, closed.getSize());
    assertFalse(closed.getUnderConstruction());
    assertEquals("file 10000 file 10000", layout());
    assertEquals(3 + 3, server.audit().count("file"));
    server.settle();
    assertEquals(0, server.audit().count("pinned") + server.audit().count("delegated"));
  }

  @Test
  void shouldRefuseRangesThatOverlapAndOtherWritersOfTheFile() {
    Stream stream = new Stream(client, 1, 100, 100);
    other.refused(ErrorCode.LEASE_HELD, range(1, 0, 101));
    other.refused(ErrorCode.LEASE_HELD, range(1, 199, 1));
    other.refused(ErrorCode.LEASE_HELD, range(1, 50, 0));
    client.refused(ErrorCode.LEASE_HELD, range(2, 100, 100));
    other.ok(range(2, 200, 0));
    other.ok(range(3, 0, 100));
    other.refused(ErrorCode.LEASE_HELD, append(PATH, 4));
    other.refused(ErrorCode.LEASE_HELD, truncate(PATH, 0));
    client.write("/small", 10);
    other.refused(ErrorCode.LEASE_HELD, concat(PATH, "/small"));
    other.refused(ErrorCode.INVALID_ARGUMENT, range(5, -1, 10));
    other.refused(ErrorCode.INVALID_ARGUMENT, range(5, 0, Long.MAX_VALUE));
    client.created("/whole", 9);
    Request.Builder whole = range(6, 0, 10);
    whole.getCreateBuilder().setPath("/whole");
    other.refused(ErrorCode.LEASE_HELD, whole);
    assertEquals(0, stream.close(0).getSize(), "nothing was written");
  }

  @Test
  void shouldTakeNoBytesOutsideOfTheRange() {
    Stream left = new Stream(client, 1, 0, BLOCK);
    Stream stream = new Stream(other, 1, BLOCK, 2 * BLOCK);
    left.write(BLOCK);
    long block = other.allocated(stream.file, 1, 8).getBlock();
    refused(stream, 4 * BLOCK, Extent.written(BLOCK, 0, block, 3 * BLOCK));
    refused(stream, 2 * BLOCK, Extent.written(0, 0, block, 2 * BLOCK));
    refused(stream, 3 * BLOCK, Extent.written(2 * BLOCK, 0, block, BLOCK));
    refused(stream, BLOCK + 3, Extent.inline(BLOCK, ByteString.copyFromUtf8("abc")));
    refused(stream, 2 * BLOCK, Extent.hole(BLOCK, BLOCK));
    refused(stream, 2 * BLOCK);
    Commit.Builder doubtful =
        stream.commitOf(2 * BLOCK, Extent.written(BLOCK, 0, block, BLOCK)).setSynced(false);
    other.refused(ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setCommit(doubtful));
    doubtful.setProof(FlushProof.newBuilder().setFlushed(BLOCK));
    other.refused(ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setCommit(doubtful));
    other.refused(
        ErrorCode.LEASE_LOST, Request.newBuilder().setCommit(left.commitOf(BLOCK).setStream(9)));
    assertEquals("file 4096", layout());
    server.audit();
  }

  @Test
  void shouldTakeAwayWhatARangeHeldWhenItIsOpenedAgain() {
    for (int i = 0; i < 3; i++) {
      Stream stream = new Stream(client, 1 + i, i * 10_000L, 10_000);
      stream.write(10_000);
      stream.close(stream.opened.getGrant());
    }
    Opened reading = other.opened(PATH);
    client.refused(ErrorCode.ALREADY_EXISTS, keeping(9, 10_000, 10_000));
    long wait = client.send(client.once(range(9, 10_000, 10_000)));
    other.release(reading);
    Opened opened = client.reply(wait).getOpened();
    assertEquals(30_000, opened.getStatus().getSize());
    assertEquals("file 10000 hole 10000 file 10000", layout());
    server.wallMillis += 1_000;
    Stream last = new Stream(client, 10, 20_000, 0);
    assertEquals(server.wallMillis, last.opened.getStatus().getModifiedMillis());
    assertEquals(20_000, last.opened.getStatus().getSize(), "it reached to the end");
    last.close(0);
    client.ok(keeping(11, 40_000, 10));
    server.settle();
    assertEquals(3, server.audit().count("file"));
    assertEquals("file 10000 hole 10000", layout());
  }

  @Test
  void shouldKeepWhatAReaderHasOpenWhenItsRangeIsOpenedAgain() {
    Stream stream = new Stream(client, 1, 0, 10_000);
    stream.write(10_000);
    Stream beside = new Stream(client, 2, 10_000, 10_000);
    Opened reading = other.opened(PATH);
    assertEquals(TokenSet.SNAPSHOT.bits(), reading.getTokens(), "somebody writes");
    stream.close(0);
    Opened again = client.ok(range(3, 0, 10_000)).getOpened();
    assertEquals(3, server.audit().count("pinned"));
    Opened refreshed =
        other
            .ok(
                Request.newBuilder()
                    .setGetLayout(
                        GetLayout.newBuilder()
                            .setFileId(stream.file)
                            .setKnownVersion(reading.getStatus().getVersion())))
            .getOpened();
    assertFalse(refreshed.getUnchanged());
    assertEquals(0, refreshed.getStatus().getSize(), "nothing is written any more");
    other.release(refreshed);
    server.settle();
    assertEquals(3, server.audit().count("pinned"), "its writers have it open, too");
    beside.close(0);
    client.ok(over(again, 3));
    server.settle();
    assertEquals(0, server.audit().count("pinned"));
  }

  @Test
  void shouldNotCutABlockOfWhatStandsBehind() {
    Stream whole = new Stream(client, 1, 0, 0);
    whole.write(3 * BLOCK);
    whole.close(0);
    client.refused(ErrorCode.INVALID_ARGUMENT, range(2, BLOCK, 100));
    Opened opened = client.ok(range(2, 100, 2 * BLOCK - 100)).getOpened();
    assertEquals(3 * BLOCK, opened.getStatus().getSize());
    assertEquals("file 100 hole " + (2 * BLOCK - 100) + " file " + BLOCK, layout());
    server.audit();
  }

  @Test
  void shouldKeepTheTokensForOtherStreamsOfTheSession() {
    Stream first = new Stream(client, 1, 0, 10_000);
    Stream second = new Stream(client, 2, 10_000, 10_000);
    first.write(100);
    first.close(second.opened.getGrant());
    second.write(100);
    client.ok(allocate(second.file, 2, 10));
    client.ok(ended(second));
    assertTrue(server.audit().count("quarantined") >= 11, server.audit().toString());
    client.refused(ErrorCode.LEASE_LOST, allocate(second.file, 2, 1));
    client.ok(drained(2L));
    server.settle();
    assertEquals(0, server.audit().count("quarantined"));
    Stream third = new Stream(client, 3, 10_000, 0);
    client.ok(over(claim(third.file, 0, third.opened.getGrant()), 3));
    assertEquals(0, server.audit().count("delegated"));
    assertFalse(other.opened(PATH).getStatus().getUnderConstruction());
  }

  @Test
  void shouldEndTheStreamsOfADeadClientAlone() {
    Stream dead = new Stream(client, 1, 0, 10_000);
    Stream alive = new Stream(other, 1, 10_000, 10_000);
    dead.write(100);
    alive.write(100);
    server.passLease(other);
    server.pass(2_000);
    other.renew();
    server.settle();
    alive.write(100);
    assertEquals(SPARE, server.audit().count("quarantined"), "unused; its tail is the file's");
    Stream again = new Stream(other, 2, 0, 10_000);
    server.settle();
    assertEquals(1, server.audit().count("pinned"), "the tail: who writes has the file open");
    again.write(10_000);
    again.close(0);
    assertEquals(10_200, alive.close(alive.opened.getGrant()).getSize());
    server.passLease(other);
    server.settle();
    assertEquals("file 10000 file 200", layout());
  }

  @Test
  void shouldTellWhoseTailItIsWhereRangesAdjoin() {
    Stream left = new Stream(client, 1, 0, BLOCK);
    Stream right = new Stream(other, 1, BLOCK, 10_000);
    long block = client.allocated(left.file, 1, 1).getBlock();
    BlockRange behind = other.allocated(right.file, 1, 1);
    assertEquals(block + 1, behind.getBlock(), "they stand side by side");
    left.end = BLOCK;
    client.ok(left.commit(Extent.written(0, 0, block, BLOCK)));
    right.end = BLOCK + 10;
    other.ok(right.commit(Extent.written(BLOCK, 0, behind.getBlock(), 10)));
    assertEquals("file 4106", layout());
    server.client().ok(recoverLease(PATH));
    client.ok(drained(1L));
    client.release(left.opened);
    other.release(right.opened);
    client.ok(delete(PATH));
    server.settle();
    assertEquals(1, server.audit().count("quarantined"), "the other's tail");
    other.ok(drained(1L));
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldTakeTheTokensWithTheLastStreamWhicheverWayItEnds() {
    Stream first = new Stream(client, 1, 0, 10_000);
    Stream second = new Stream(client, 2, 10_000, 10_000);
    first.close(0);
    client.ok(ended(second));
    Opened reading = client.opened(PATH);
    assertEquals(TokenSet.READER.bits(), reading.getTokens(), "it has no stream any more");
    client.release(reading);
    other.ok(append(PATH, 3));
  }

  @Test
  void shouldEndNoStreamByTokensThatOthersLiveOn() {
    Stream first = new Stream(client, 1, 0, 10_000);
    client.disconnect();
    client.connect(claim(first.opened));
    Stream second = new Stream(client, 2, 10_000, 10_000);
    client.disconnect();
    client.connect(claim(first.file, TokenSet.SNAPSHOT.bits(), second.opened.getGrant()));
    client.ok(over(claim(first.file, TokenSet.RANGE_WRITER.bits(), second.opened.getGrant()), 1));
    client.refused(ErrorCode.LEASE_LOST, allocate(first.file, 1, 1));
    second.write(100);
    assertEquals(10_100, second.close(second.opened.getGrant()).getSize());
  }

  @Test
  void shouldKeepAWriterThatTakesItsSessionUpAgainAndAgain() {
    client.write(PATH, 10);
    Opened reading = client.opened(PATH);
    long file = reading.getStatus().getFileId();
    TokenSet layout = TokenSet.READER.minus(TokenSet.SNAPSHOT);
    client.ok(TestClient.release(claim(file, layout.bits(), reading.getGrant())));
    Claim open = claim(file, TokenSet.SNAPSHOT.bits(), reading.getGrant());
    client.ok(append(PATH, 2)); // the answer is lost
    for (int i = 0; i < 2; i++) {
      server.restart();
      client.connect(open);
      client.disconnect();
      client.connect(open);
    }
    client.ok(allocate(file, 2, 1));
  }

  @Test
  void shouldMakeNothingForARangeThatCannotBe() {
    client.refused(ErrorCode.INVALID_ARGUMENT, range(1, 1L << 60, 1));
    client.refused(ErrorCode.NOT_FOUND, open(PATH));
  }

  @Test
  void shouldGoOnAfterARestart() {
    Stream first = new Stream(client, 1, 0, 10_000);
    Stream second = new Stream(other, 1, 10_000, 10_000);
    first.write(100);
    server.restart();
    client.connect(claim(first.opened));
    assertTrue(client.resumed());
    first.write(100);
    client.refused(ErrorCode.RECOVERING, range(2, 20_000, 10));
    other.connect(); // it has not seen the answer to its create
    assertTrue(other.resumed());
    Opened third = client.ok(range(2, 20_000, 10)).getOpened();
    assertEquals(TokenSet.RANGE_WRITER.bits(), third.getTokens());
    second.write(100);
    assertEquals(10_100, second.close(second.opened.getGrant()).getSize());
    assertEquals(10_100, first.close(0).getSize());
  }

  @Test
  void shouldEndAllStreamsWhenTheLeaseIsRecovered() {
    Stream first = new Stream(client, 1, 0, 10_000);
    Stream second = new Stream(other, 1, 10_000, 10_000);
    first.write(100);
    second.write(100);
    server.client().ok(recoverLease(PATH));
    assertEquals(TokenSet.WRITING.bits(), client.revocations().get(0).getTokens());
    assertEquals(1, other.revocations().size());
    client.refused(ErrorCode.LEASE_LOST, first.commit());
    other.refused(ErrorCode.LEASE_LOST, second.commit());
    client.release(first.opened);
    other.release(second.opened);
    Opened appending = client.ok(append(PATH, 5)).getOpened();
    assertEquals(10_100, appending.getStatus().getSize());
    assertEquals("file 100 hole 9900 file 100", layout());
  }

  @Test
  void shouldLeaveNothingOfADeletedFile() {
    Stream first = new Stream(client, 1, 0, 10_000);
    Stream second = new Stream(other, 1, 50_000, 10_000);
    first.write(100);
    second.write(100);
    client.ok(delete(PATH));
    client.refused(ErrorCode.NOT_FOUND, first.commit());
    client.ok(over(first.opened, 1));
    other.ok(over(second.opened, 1));
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldCutAndAppendBehindHoles() {
    Stream stream = new Stream(client, 1, 50_000, 10_000);
    stream.write(100);
    stream.close(stream.opened.getGrant());
    client.ok(truncate(PATH, 20_000));
    assertEquals("hole 20000", layout());
    Opened opened = client.ok(append(PATH, 2)).getOpened();
    long block = client.allocated(stream.file, 2, 1).getBlock();
    client.ok(
        TestClient.close(
            stream.file, 2, 20_010, opened.getGrant(), Extent.written(20_000, 0, block, 10)));
    client.write("/target", 10);
    client.ok(concat("/target", PATH));
    assertEquals(20_020, client.ok(open("/target")).getOpened().getStatus().getSize());
    server.audit();
  }

  @Test
  void shouldLetTheLargestTimeWin() {
    Stream stream = new Stream(client, 1, 0, 10_000);
    long future = server.wallMillis + 1_000_000;
    other.ok(
        Request.newBuilder()
            .setSetTimes(
                SetTimes.newBuilder()
                    .setPath(PATH)
                    .setModifiedMillis(future)
                    .setAccessedMillis(-1)));
    assertEquals(future, stream.write(100).getModifiedMillis());
    assertEquals(100, stream.close(0).getSize());
  }
}
