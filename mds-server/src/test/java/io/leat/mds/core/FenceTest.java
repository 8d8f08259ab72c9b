package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.commit;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.drained;
import static io.leat.mds.core.TestClient.recoverLease;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.proto.Allocate;
import io.leat.wire.proto.BlockRange;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.CloseSession;
import io.leat.wire.proto.ListSessions;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SessionDescription;
import io.leat.wire.proto.Sessions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session that is over might still write stays unused until it is drained (D5, X3). */
class FenceTest {

  private final CoreHarness server = new CoreHarness();
  private final TestClient lost = server.client();

  private Opened writing(String path, long stream, long blocks, boolean fenced) {
    Opened opened = lost.created(path, stream);
    Allocate.Builder allocate =
        Allocate.newBuilder()
            .setFileId(opened.getStatus().getFileId())
            .setStream(stream)
            .setBlocks(blocks)
            .setFencedSession(fenced ? lost.session() : 0);
    lost.ok(Request.newBuilder().setAllocate(allocate));
    return opened;
  }

  private long quarantined() {
    server.settle();
    return server.audit().count("quarantined");
  }

  @Test
  void shouldKeepSpaceWhileTheLockFileIsLocked() {
    writing("/a", 1, 8, true);
    server.passLease();
    server.passLease();
    server.passLease();
    assertEquals(8, quarantined());
    assertEquals(List.of(lost.session()), fences());
    server.core.unlocked(lost.session());
    assertEquals(0, quarantined());
    assertEquals(List.of(), fences());
    server.requireEmpty();
  }

  @Test
  void shouldNotTakeALostLockForAProofBeforeTheLeaseIsOver() {
    writing("/a", 1, 8, true);
    server.passLease();
    assertEquals(8, quarantined());
    server.core.unlocked(lost.session());
    assertEquals(8, quarantined());
    server.passLease();
    assertEquals(0, quarantined());
  }

  @Test
  void shouldKeepSpaceForATimeWithoutALockFile() {
    writing("/a", 1, 8, false);
    server.passLease();
    assertEquals(8, quarantined());
    assertEquals(List.of(), fences());
    server.passLease();
    assertEquals(0, quarantined());
  }

  @Test
  void shouldKeepAFencedSessionsSpaceThroughRestarts() {
    Opened opened = writing("/a", 1, 8, true);
    server.passLease();
    server.restart();
    server.passLease();
    server.restart();
    server.passLease();
    server.passLease();
    assertEquals(8, quarantined());
    lost.connect(claim(opened));
    assertFalse(lost.resumed(), "it is over for good");
    server.core.unlocked(1);
    server.passLease(lost);
    assertEquals(0, quarantined());
  }

  @Test
  void shouldNotWaitForASessionOfWhichOnlyTheFenceIsLeft() {
    writing("/a", 1, 8, true);
    TestClient other = server.client();
    server.passLease(other);
    server.restart();
    other.connect();
    other.ok(append("/a", 1));
  }

  @Test
  void shouldTakeAClientsWordThatNothingIsOnItsWay() {
    writing("/a", 1, 8, true);
    lost.ask(Request.newBuilder().setCloseSession(CloseSession.newBuilder().setDrained(true)));
    assertEquals(0, quarantined());
    server.requireEmpty();
  }

  @Test
  void shouldKeepTheTailOfTheFirstOfTwoLostWriters() {
    Opened first = lost.created("/a", 1);
    long file = first.getStatus().getFileId();
    long block = lost.allocated(file, 1, 1).getBlock();
    lost.ok(commit(file, 1, 100, Extent.written(0, 0, block, 100)));
    TestClient second = server.client();
    second.ok(recoverLease("/a"));
    lost.release(first);
    Opened appended = second.ok(append("/a", 5)).getOpened();
    long fresh = second.allocated(file, 5, 1).getBlock();
    second.ok(commit(file, 5, 200, Extent.written(0, 0, fresh, 200)));
    second.ok(recoverLease("/a"));
    second.release(appended);
    second.ok(drained(5L));
    second.ok(delete("/a"));
    assertEquals(1, quarantined(), "the block that the first one was writing to");
    lost.ok(drained(1L));
    assertEquals(0, quarantined());
    server.requireEmpty();
  }

  @Test
  void shouldHoldNothingForAStreamThatWasGivenNothing() {
    Opened opened = lost.created("/a", 1);
    lost.ok(recoverLease("/a"));
    lost.release(opened);
    lost.ask(Request.newBuilder().setCloseSession(CloseSession.getDefaultInstance()));
    server.settle();
    assertTrue(sessions().isEmpty(), "" + sessions());
  }

  @Test
  void shouldPublishSmallFilesFromTheSessionsPool() {
    BlockRange pool = lost.allocated(0, 0, 8);
    assertEquals(8, server.audit().count("pooled"));
    Opened opened = lost.created("/a", 1);
    long file = opened.getStatus().getFileId();
    Extent inside = Extent.written(0, 0, pool.getBlock() + 2, 5_000);
    lost.ok(close(file, 1, 5_000, opened.getGrant(), inside));
    assertEquals(6, server.audit().count("pooled"));
    Opened again = lost.created("/b", 2);
    lost.refused(
        ErrorCode.INVALID_ARGUMENT,
        close(again.getStatus().getFileId(), 2, 5_000, again.getGrant(), inside));
    TestClient other = server.client();
    Opened theirs = other.created("/c", 1);
    Extent foreign = Extent.written(0, 0, pool.getBlock(), 100);
    other.refused(
        ErrorCode.INVALID_ARGUMENT,
        close(theirs.getStatus().getFileId(), 1, 100, theirs.getGrant(), foreign));
  }

  @Test
  void shouldHoldALostSessionsPool() {
    lost.allocated(0, 0, 8);
    server.passLease();
    assertEquals(8, quarantined());
    server.passLease();
    assertEquals(0, quarantined());
    server.requireEmpty();
  }

  @Test
  void shouldFreeThePoolOfADrainedSession() {
    lost.allocated(0, 0, 8);
    server.restart();
    lost.connect();
    lost.ask(Request.newBuilder().setCloseSession(CloseSession.newBuilder().setDrained(true)));
    assertEquals(0, quarantined());
    server.requireEmpty();
  }

  @Test
  void shouldTellWhyASessionIsHeld() {
    writing("/a", 1, 8, true);
    assertEquals("lock-file", sessions().get(0).getFence());
    server.passLease();
    SessionDescription held = sessions().get(0);
    assertEquals("HELD", held.getState());
    assertEquals(8 * Extent.BLOCK_BYTES, held.getHeldBytes());
    assertTrue(held.getWaitsFor().contains("lock file"), held.getWaitsFor());
    server.core.unlocked(lost.session());
    assertTrue(sessions().get(0).getWaitsFor().contains("ms"));
  }

  @Test
  void shouldCloseAnOrderlyStreamOfAFencedSessionWithoutAHold() {
    Opened opened = writing("/a", 1, 8, true);
    lost.ok(close(opened.getStatus().getFileId(), 1, 0, opened.getGrant()));
    assertEquals(0, quarantined());
  }

  @Test
  void shouldEndALeaseWhoseStreamIsDrainedAlsoUnderANewerGrant() {
    Opened opened = writing("/a", 1, 8, true);
    long file = opened.getStatus().getFileId();
    lost.ok(TestClient.open("/a"));
    Claim older =
        Claim.newBuilder()
            .setFileId(file)
            .setTokens(opened.getTokens())
            .setGrant(opened.getGrant())
            .build();
    Release.Builder release = Release.newBuilder().addFiles(older).addDrainedStreams(1);
    lost.ok(Request.newBuilder().setRelease(release));
    assertEquals(0, server.audit().count("delegated"));
    assertEquals(0, quarantined());
  }

  @Test
  void shouldBoundWhatARequestTellsOf() {
    Release.Builder release = Release.newBuilder();
    for (long stream = 0; stream <= 10_000; stream++) {
      release.addDrainedStreams(stream);
    }
    lost.refused(ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setRelease(release));
  }

  @Test
  void shouldBoundThePoolOfASession() {
    lost.refused(ErrorCode.INVALID_ARGUMENT, TestClient.allocate(0, 0, -1));
    Allocate.Builder stale =
        Allocate.newBuilder().setBlocks(8).setFencedSession(lost.session() + 7);
    lost.refused(ErrorCode.INVALID_ARGUMENT, Request.newBuilder().setAllocate(stale));
    assertEquals(0, server.audit().count("pooled"));
  }

  @Test
  void shouldEndManySessionsAndFreeWhatTheyHeldInSteps() {
    for (int i = 0; i < 60; i++) {
      TestClient client = server.client();
      long file = client.created("/f" + i, 1).getStatus().getFileId();
      client.allocated(file, 1, 2);
    }
    server.passLease();
    assertEquals(120, quarantined());
    server.passLease();
    assertEquals(0, quarantined());
    server.requireEmpty();
  }

  private List<Long> fences() {
    return server.core.fences().stream().map(Fence::session).toList();
  }

  private List<SessionDescription> sessions() {
    TestClient asking = server.client();
    Sessions sessions =
        asking
            .ask(Request.newBuilder().setListSessions(ListSessions.getDefaultInstance()))
            .getSessions();
    asking.ask(Request.newBuilder().setCloseSession(CloseSession.newBuilder().setDrained(true)));
    return sessions.getSessionsList().stream()
        .filter(session -> session.getSession() != asking.session())
        .toList();
  }
}
