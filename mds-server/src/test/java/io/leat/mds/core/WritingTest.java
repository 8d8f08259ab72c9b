package io.leat.mds.core;

import static io.leat.mds.core.TestClient.allocate;
import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.drained;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.recoverLease;
import static io.leat.mds.core.TestClient.release;
import static io.leat.mds.core.TestClient.rename;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.model.TokenSet;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.Commit;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Request;
import org.junit.jupiter.api.Test;

/** Commits, appends, truncation, concatenation and the space they move. */
final class WritingTest {

  private static final int BLOCK = Extent.BLOCK_BYTES;

  private final CoreHarness server = new CoreHarness();
  private final TestClient client = server.client();

  @Test
  void shouldPublishDelegatedBlocksAndGiveTheRestBack() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 1, 10).getBlock();
    client.ok(commit(file, 1, 100, Extent.written(0, 0, block, 100)));
    assertEquals(9, server.audit().count("delegated"));
    client.ok(commit(file, 1, 5_000, Extent.written(0, 0, block, 5_000)));
    client.ok(close(file, 1, 5_000, opened.getGrant()));
    assertEquals(2, server.audit().count("file"));
    assertEquals(0, server.audit().count("delegated"));
  }

  @Test
  void shouldRefuseExtentsThatAreNotTheStreams() {
    long others = client.write("/other", 3 * BLOCK);
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 1, 4).getBlock();
    refused(file, 100, Extent.written(0, 0, others, 100));
    refused(file, 5 * BLOCK, Extent.written(0, 0, block, 5 * BLOCK));
    refused(file, 100, Extent.written(0, 1, block, 100));
    refused(file, 100, Extent.written(10, 0, block, 100));
    refused(file, 200, Extent.written(0, 0, block, 100));
    refused(
        file,
        2 * BLOCK,
        Extent.written(0, 0, block, BLOCK),
        Extent.written(BLOCK, 0, block, BLOCK));
    refused(
        file,
        3 * BLOCK,
        Extent.written(0, 0, block, BLOCK),
        Extent.written(2 * BLOCK, 0, block + 1, BLOCK));
    refused(file, 100);
    server.audit();
  }

  @Test
  void shouldRefuseLengthsThatOverflow() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    for (long length : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 4_000, -1, 0}) {
      Commit.Builder hostile = Commit.newBuilder().setFileId(file).setStream(1).setSize(length);
      hostile.addExtents(io.leat.wire.proto.Extent.newBuilder().setLength(length));
      client.refused(ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setCommit(hostile));
    }
    server.audit();
  }

  private void refused(long file, long size, Extent... extents) {
    client.refused(ErrorCode.INVALID_ARGUMENT, commit(file, 1, size, extents));
  }

  @Test
  void shouldBringACopyOfTheTailWhenAnotherStreamAppends() {
    long old = client.write("/a", 100);
    Opened opened = client.ok(append("/a", 2)).getOpened();
    long file = opened.getStatus().getFileId();
    long fresh = client.allocated(file, 2, 2).getBlock();
    client.refused(
        ErrorCode.INVALID_ARGUMENT, commit(file, 2, 150, Extent.written(0, 0, old, 150)));
    client.ok(commit(file, 2, 150, Extent.written(0, 0, fresh, 150)));
    assertEquals(1, server.audit().count("pinned"), "somebody may read the old tail");
    client.ok(close(file, 2, 150, opened.getGrant()));
    server.settle();
    assertEquals(0, server.audit().count("pinned"));
  }

  @Test
  void shouldKeepWhatAnExpelledWriterMayReachInQuarantine() {
    Opened zombie = client.created("/a", 1);
    long file = zombie.getStatus().getFileId();
    long block = client.allocated(file, 1, 8).getBlock();
    client.ok(commit(file, 1, 100, Extent.written(0, 0, block, 100)));
    TestClient other = server.client();
    other.ok(recoverLease("/a"));
    assertEquals(1, client.revocations().size(), "the writer is told to stop");
    client.release(zombie);
    Opened opened = other.ok(append("/a", 1)).getOpened();
    long fresh = other.allocated(file, 1, 1).getBlock();
    other.ok(close(file, 1, 200, opened.getGrant(), Extent.written(0, 0, fresh, 200)));
    server.settle();
    assertEquals(8, server.audit().count("quarantined"), "the old tail included");
    client.refused(ErrorCode.LEASE_LOST, allocate(file, 1, 1));
    server.passLease(client, other);
    server.passLease(client, other);
    assertEquals(8, server.audit().count("quarantined"), "time is no proof");
    client.ok(drained(1L));
    server.settle();
    assertEquals(0, server.audit().count("quarantined"));
  }

  @Test
  void shouldQuarantineAfterARestartWithAClockThatJumped() {
    Opened zombie = client.created("/a", 1);
    long file = zombie.getStatus().getFileId();
    long block = client.allocated(file, 1, 1).getBlock();
    client.ok(commit(file, 1, 100, Extent.written(0, 0, block, 100)));
    client.ok(recoverLease("/a"));
    client.release(zombie);
    server.wallMillis += 3_600_000;
    server.restart();
    client.connect();
    client.ok(delete("/a"));
    server.settle();
    assertEquals(1, server.audit().count("quarantined"));
    server.passLease();
    server.settle();
    assertEquals(1, server.audit().count("quarantined"));
    server.passLease();
    server.requireEmpty();
  }

  @Test
  void shouldLetAnExpelledClientGiveItsLastTokensBack() {
    Opened opened = client.created("/a", 1);
    TestClient other = server.client();
    other.ok(recoverLease("/a"));
    other.ok(delete("/a"));
    client.release(opened);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldEndAStreamThatGivesUpWhileItsClientReads() {
    client.write("/a", 100);
    client.ok(append("/a", 2));
    Opened writer = client.opened("/a");
    long write = TokenSet.WRITER.minus(TokenSet.READER).bits();
    client.ok(release(claim(writer.getStatus().getFileId(), write, writer.getGrant())));
    client.ok(append("/a", 3));
  }

  @Test
  void shouldNumberNoGrantWhenACloseLeavesAReader() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    Opened reader = client.opened("/a");
    client.ok(close(file, 1, 0, 0));
    client.ok(delete("/a"));
    client.release(reader);
    server.settle();
    server.requireEmpty();
    assertTrue(server.read(ns -> ns.byId(file)).isEmpty());
  }

  @Test
  void shouldGrantNothingWhenAWriterClosesAfterARestart() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    server.restart();
    client.connect(claim(opened));
    client.ok(close(file, 1, 0, opened.getGrant()));
    client.ok(delete("/a"));
    server.settle();
    assertTrue(server.read(ns -> ns.byId(file)).isEmpty());
  }

  @Test
  void shouldFreeLittleSpaceWithTheName() {
    client.write("/a", 3 * BLOCK);
    client.write("/b", BLOCK);
    client.write("/c", 1);
    client.ok(delete("/a"));
    assertEquals(2, server.audit().count("file"));
    client.ok(rename("/b", "/c", true));
    assertEquals(1, server.audit().count("file"));
    Opened over = client.created("/c", 9);
    client.ok(close(over.getStatus().getFileId(), 9, 0, over.getGrant()));
    server.requireEmpty();
  }

  @Test
  void shouldFreeManyLittleFilesOfADirectoryInOneTick() {
    client.ok(makeDirectories("/d"));
    for (int i = 0; i < 50; i++) {
      client.write("/d/f" + i, BLOCK);
    }
    Opened reader = server.client().opened("/d/f7");
    client.ok(delete("/d"));
    boolean unused = server.tick();
    assertEquals(1, server.audit().count("file"));
    assertTrue(server.read(ns -> ns.byId(reader.getStatus().getFileId())).isPresent());
    server.settle();
    assertEquals(1, server.audit().count("file"));
  }

  @Test
  void shouldFreeTheSpaceOfAnOpenFileWhenItIsClosed() {
    client.write("/a", 3 * BLOCK);
    Opened reader = server.client().opened("/a");
    client.ok(delete("/a"));
    server.settle();
    assertEquals(3, server.audit().count("file"));
    assertTrue(server.read(ns -> ns.byId(reader.getStatus().getFileId())).isPresent());
  }

  @Test
  void shouldFreeWhatIsDeletedDuringRecoveryOnlyAfterIt() {
    client.write("/a", 3 * BLOCK);
    TestClient other = server.client();
    Opened reader = other.opened("/a");
    server.restart();
    client.connect();
    server.pass(CoreHarness.LEASE_MILLIS / 5); // until nobody uses paths any more that he remembers
    client.ok(delete("/a"));
    server.settle();
    assertEquals(3, server.audit().count("file"));
    other.connect(claim(reader));
    server.settle();
    assertEquals(3, server.audit().count("file"));
    other.release(reader);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldTruncateAndKeepWhatReadersKnow() {
    client.write("/a", 3 * BLOCK + 10);
    client.ok(truncate("/a", BLOCK + 1));
    assertEquals(2, server.audit().count("file"));
    client.refused(ErrorCode.INVALID_ARGUMENT, truncate("/a", -1));
    client.refused(ErrorCode.INVALID_ARGUMENT, truncate("/a", 3 * BLOCK));
    client.ok(truncate("/a", 0));
    assertEquals(0, server.audit().count("file"));
  }

  @Test
  void shouldConcatWithoutACopy() {
    client.write("/a", 100);
    client.write("/b", BLOCK);
    client.write("/c", 7);
    client.refused(ErrorCode.INVALID_ARGUMENT, concat("/a", "/b", "/b"));
    client.refused(ErrorCode.INVALID_ARGUMENT, concat("/a", "/a"));
    client.ok(concat("/a", "/b", "/c"));
    Opened opened = client.opened("/a");
    assertEquals(107 + BLOCK, opened.getStatus().getSize());
    server.settle();
    assertEquals(3, server.audit().count("file"));
    client.release(opened);
    client.ok(truncate("/a", 100 + BLOCK - 1));
    client.ok(delete("/a"));
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldHoldBlocksThatConcatMovedFromAnExpelledWriter() {
    Opened zombie = client.created("/b", 1);
    long file = zombie.getStatus().getFileId();
    long block = client.allocated(file, 1, 1).getBlock();
    client.ok(commit(file, 1, 100, Extent.written(0, 0, block, 100)));
    client.ok(recoverLease("/b"));
    client.release(zombie);
    client.write("/a", BLOCK);
    client.ok(concat("/a", "/b"));
    client.ok(delete("/a"));
    server.settle();
    assertEquals(1, server.audit().count("quarantined"));
  }

  @Test
  void shouldPinDuringRecovery() {
    TestClient reader = server.client();
    Opened writer = client.created("/a", 1);
    long file = writer.getStatus().getFileId();
    client.allocated(file, 1, 2);
    BlockRange more = client.allocated(file, 1, 2);
    client.ok(commit(file, 1, 10, Extent.written(0, 0, more.getBlock(), 10)));
    Opened known = reader.opened("/a");
    server.restart();
    client.connect(claim(writer));
    client.ok(close(file, 1, 20, writer.getGrant(), Extent.written(0, 0, more.getBlock() + 1, 20)));
    server.settle();
    assertEquals(1, server.audit().count("pinned"), "the silent reader may read it");
    reader.connect(claim(known));
    server.settle();
    assertEquals(1, server.audit().count("pinned"));
    reader.release(known);
    server.settle();
    assertEquals(0, server.audit().count("pinned"));
  }

  @Test
  void shouldFreePinsOfReadersThatNeverCameBack() {
    TestClient reader = server.client();
    client.write("/a", 10 * BLOCK);
    Opened known = reader.opened("/a");
    long cut = client.send(client.once(truncate("/a", 0)));
    TokenSet asked = TokenSet.known(reader.revocations().get(0).getTokens());
    reader.ok(release(claim(known.getStatus().getFileId(), asked.bits(), known.getGrant())));
    assertNotNull(client.reply(cut));
    assertEquals(10, server.audit().count("pinned"));
    server.restart();
    client.connect();
    server.passLease(client);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldRunOutOfSpaceAndRecover() {
    Opened opened = client.created("/a", 1);
    long file = opened.getStatus().getFileId();
    client.allocated(file, 1, CoreHarness.BLOCKS);
    client.refused(ErrorCode.NO_SPACE, allocate(file, 1, 1));
    client.refused(ErrorCode.INVALID_ARGUMENT, allocate(file, 1, -1));
    client.ok(close(file, 1, 0, opened.getGrant()));
    server.requireEmpty();
  }

  /** A write of it that failed may still be on its way to the device. */
  @Test
  void shouldQuarantineWhatAStreamLeavesThatGivesUp() {
    Opened opened = client.created("/a", 1);
    client.allocated(opened.getStatus().getFileId(), 1, 8);
    client.release(opened);
    server.settle();
    assertEquals(8, server.audit().count("quarantined"));
    client.ok(drained(1L));
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldRefuseNegativeBlockSizes() {
    Request.Builder hostile = creation("/a", 1);
    hostile.getCreateBuilder().setBlockSize(-1);
    client.refused(ErrorCode.INVALID_ARGUMENT, hostile);
    Request.Builder replicas = creation("/a", 1);
    replicas.getCreateBuilder().setReplication(-1);
    client.refused(ErrorCode.INVALID_ARGUMENT, replicas);
  }
}
