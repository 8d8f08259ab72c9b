package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.open;
import static io.leat.mds.core.TestClient.release;
import static io.leat.mds.core.TestClient.truncate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.TokenSet;
import io.leat.wire.proto.GetLayout;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Grants, revocations, waiting requests; what a grant says of the file. */
final class TokensAndWaitingTest {

  private final CoreHarness server = new CoreHarness();
  private final TestClient writer = server.client();
  private final TestClient reader = server.client();

  /** E1: a metadata request is answered with a lock on the file and its extents. */
  @Test
  void shouldAnswerE1OpenWithTokensAndExtents() {
    long block = writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    assertEquals(TokenSet.READER, new TokenSet(opened.getTokens()));
    assertEquals(block, opened.getExtents(0).getBlock());
    assertEquals(100, opened.getExtents(0).getLength());
    reader.release(opened);
    Opened appending = writer.ok(append("/a", 2)).getOpened();
    assertEquals(TokenSet.WRITER, new TokenSet(appending.getTokens()));
    assertEquals(block, appending.getExtents(0).getBlock());
  }

  /** E2: a grant sends metadata only when the requester's version is old. */
  @Test
  void shouldSendE2MetadataOnlyWhenTheVersionIsOld() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    long file = opened.getStatus().getFileId();
    Request.Builder ask = open("/a");
    ask.getOpenBuilder().setKnownVersion(opened.getStatus().getVersion());
    Opened again = reader.ok(ask).getOpened();
    assertTrue(again.getUnchanged());
    assertEquals(0, again.getExtentsCount());
    assertEquals("", again.getStatus().getOwner(), "attributes are left out too");
    reader.release(again);
    long cut = writer.send(writer.once(truncate("/a", 50)));
    assertFalse(writer.reply(cut).hasError());
    Opened newer = reader.ok(ask).getOpened();
    assertFalse(newer.getUnchanged());
    assertEquals(50, newer.getExtents(0).getLength());
    assertEquals(file, newer.getStatus().getFileId());
  }

  @Test
  void shouldRevokeReadersAndCarryTheWriterOut() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    long waiting = writer.send(writer.once(append("/a", 2)));
    assertNull(writer.reply(waiting));
    Revoke revoke = reader.revocations().get(0);
    assertEquals(opened.getGrant(), revoke.getGrant());
    reader.ok(release(claim(revoke.getFileId(), revoke.getTokens(), opened.getGrant())));
    assertEquals(TokenSet.WRITER, new TokenSet(writer.reply(waiting).getOpened().getTokens()));
    assertEquals(
        ErrorCode.LEASE_HELD.number(), reader.askOnce(append("/a", 1)).getError().getCode());
  }

  @Test
  void shouldNotLetARefreshVoidWhatIsBeingRevoked() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    long file = opened.getStatus().getFileId();
    long waiting = writer.send(writer.once(append("/a", 2)));
    Revoke revoke = reader.revocations().get(0);
    Opened refreshed =
        reader
            .ok(Request.newBuilder().setGetLayout(GetLayout.newBuilder().setFileId(file)))
            .getOpened();
    assertEquals(TokenSet.NONE, new TokenSet(refreshed.getTokens()).conflictsWith(TokenSet.WRITER));
    reader.ok(release(claim(file, revoke.getTokens(), opened.getGrant())));
    assertNotNull(writer.reply(waiting));
  }

  @Test
  void shouldExecuteAWaitingRequestOnceWhenItComesTwice() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    Request.Builder appending = writer.once(append("/a", 2));
    long first = writer.send(appending);
    long second = writer.send(appending);
    reader.release(opened);
    assertTrue(writer.reply(first).hasOpened());
    assertEquals(writer.reply(first), writer.reply(second));
    assertEquals(writer.reply(first), writer.ask(appending));
  }

  /** Else the last would wait for what the first was granted, and have it expelled. */
  @Test
  void shouldAnswerAllThatHaveWaitedWhenTheFirstIsGranted() {
    TestClient reader = server.client();
    server.client().write("/f", 8_192);
    Opened opened = reader.opened("/f");
    List<TestClient> writers = new ArrayList<>();
    List<Long> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      TestClient writer = server.client();
      writers.add(writer);
      waiting.add(writer.send(writer.once(append("/f", 1))));
    }
    reader.release(opened);
    assertTrue(writers.get(0).reply(waiting.get(0)).hasOpened());
    for (int i = 1; i < 10; i++) {
      Reply reply = writers.get(i).reply(waiting.get(i));
      assertEquals(ErrorCode.LEASE_HELD.number(), reply.getError().getCode());
    }
    assertEquals(List.of(), writers.get(0).revocations());
  }

  @Test
  void shouldExpelWhoDoesNotGiveBack() {
    writer.write("/a", 100);
    reader.opened("/a");
    long waiting = writer.send(writer.once(append("/a", 2)));
    server.passLease(writer, reader);
    server.tick();
    assertNull(writer.reply(waiting), "its last renewal still counts");
    server.passLease(writer);
    server.tick();
    assertNotNull(writer.reply(waiting));
    assertTrue(reader.ask(open("/a")).hasError());
  }

  @Test
  void shouldForgetWaitersOfALostConnection() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    Request.Builder appending = writer.once(append("/a", 2));
    writer.send(appending);
    writer.disconnect();
    reader.release(opened);
    writer.connect();
    assertTrue(writer.ask(appending).hasOpened());
  }

  @Test
  void shouldIgnoreAReleaseThatCrossedAGrant() {
    writer.write("/a", 100);
    Opened first = reader.opened("/a");
    reader.opened("/a");
    reader.release(first);
    assertNull(writer.askOnce(append("/a", 2)), "the second open still reads");
  }

  @Test
  void shouldKeepADeletedFileUntilItsReaderCloses() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    writer.ok(delete("/a"));
    server.settle();
    assertEquals(1, server.audit().count("file"));
    reader.release(opened);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldReclaimPastFilesThatStayOpen() {
    for (int i = 0; i < 8; i++) {
      writer.write("/open" + i, 100);
      reader.opened("/open" + i);
      writer.ok(delete("/open" + i));
    }
    writer.write("/last", 100);
    writer.write("/busy", 100);
    writer.ok(delete("/last"));
    for (int i = 0; i < 8; i++) {
      reader.release(reader.opened("/busy"));
      server.tick();
    }
    assertEquals(9, server.audit().count("file"), "the last one is gone though others close");
  }

  @Test
  void shouldReclaimABigTreeInBoundedSteps() {
    for (int i = 0; i < 1_500; i++) {
      writer.write("/tree/d" + i % 7 + "/e/f" + i, 1);
    }
    writer.ok(delete("/tree"));
    assertTrue(server.tick(), "not all in one tick");
    server.settle();
    server.requireEmpty();
    assertEquals(1L, (long) server.read(ns -> ns.counters().getInodes()));
  }
}
