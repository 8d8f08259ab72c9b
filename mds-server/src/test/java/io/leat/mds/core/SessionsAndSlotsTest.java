package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.close;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.recoverLease;
import static io.leat.mds.core.TestClient.release;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.Extent;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.CloseSession;
import io.leat.wire.proto.ExpelSession;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.SafeMode;
import io.leat.wire.proto.SafeModeAction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions, reply slots, restarts. */
final class SessionsAndSlotsTest {

  private final CoreHarness server = new CoreHarness();

  @Test
  void shouldAnswerAlikeAndDropLowerSequences() {
    TestClient client = server.client();
    Request.Builder make = client.once(creation("/a", 1));
    Reply first = client.ask(make);
    assertEquals(first, client.ask(make));
    Request.Builder second = client.once(makeDirectories("/d"));
    client.ask(second);
    assertNull(client.ask(make), "a lower sequence has no answer");
    server.audit();
  }

  @Test
  void shouldAnswerAlikeAfterARestart() {
    TestClient client = server.client();
    Request.Builder remove = client.once(delete("/nothing"));
    Reply first = client.ask(remove);
    server.restart();
    client.connect();
    assertTrue(client.resumed());
    assertEquals(first, client.ask(remove));
  }

  @Test
  void shouldKeepALeaseWhoseAnswerWasLostWithTheConnection() {
    TestClient client = server.client();
    Request.Builder make = client.once(creation("/a", 1));
    client.send(make);
    client.disconnect();
    client.connect();
    Opened opened = client.ask(make).getOpened();
    long file = opened.getStatus().getFileId();
    long block = client.allocated(file, 1, 1).getBlock();
    client.ok(close(file, 1, 10, opened.getGrant(), Extent.written(0, 0, block, 10)));
    assertEquals(1, server.audit().count("file"));
  }

  @Test
  void shouldKeepALeaseWhoseAnswerWasLostWithTheServer() {
    TestClient client = server.client();
    Request.Builder make = client.once(creation("/a", 1));
    client.send(make);
    server.restart();
    client.connect();
    client.disconnect();
    client.connect();
    Opened opened = client.ask(make).getOpened();
    client.release(opened);
    client.ok(append("/a", 2));
  }

  @Test
  void shouldGiveALeaseBackWhenTheReleaseComesAfterARestart() {
    TestClient client = server.client();
    Opened opened = client.created("/a", 1);
    client.allocated(opened.getStatus().getFileId(), 1, 8);
    server.restart();
    client.connect();
    client.release(opened);
    client.ok(append("/a", 2));
    assertEquals(0, server.audit().count("delegated"));
  }

  @Test
  void shouldReleaseWhatWasClaimedUnderTheNumberTheClientKnows() {
    TestClient client = server.client();
    client.write("/a", 100);
    Opened opened = client.opened("/a");
    server.restart();
    client.connect(claim(opened));
    client.ok(delete("/a"));
    client.release(opened);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldNumberGrantsAboveThoseOfEarlierTerms() {
    TestClient client = server.client();
    client.write("/a", 100);
    Opened before = client.opened("/a");
    server.restart();
    client.connect();
    assertTrue(client.opened("/a").getGrant() > before.getGrant());
  }

  @Test
  void shouldHoldWritersBackUntilSilentSessionsAreHeardOrExpire() {
    TestClient reader = server.client();
    TestClient writer = server.client();
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    server.restart();
    writer.connect();
    assertEquals(
        ErrorCode.RECOVERING.number(), writer.askOnce(append("/a", 2)).getError().getCode());
    reader.connect(claim(opened));
    assertNull(writer.askOnce(append("/a", 2)), "the reader has claimed its tokens");
    assertEquals(1, reader.revocations().size());
  }

  @Test
  void shouldTakeASessionUpWhenAllThatItHoldsIsSaid() {
    TestClient reader = server.client();
    TestClient writer = server.client();
    writer.write("/a", 100);
    writer.write("/b", 100);
    List<Claim> claims = List.of(claim(reader.opened("/a")), claim(reader.opened("/b")));
    server.restart();
    writer.connect();
    assertNull(reader.openSessionInPages(claims, 1), "a message is missing");
    assertEquals(
        ErrorCode.RECOVERING.number(), writer.askOnce(append("/a", 2)).getError().getCode());
    reader.disconnect();
    assertTrue(reader.openSessionInPages(claims, 2).getSessionOpened().getResumed());
    assertNull(writer.askOnce(append("/a", 2)), "both are claimed");
    assertNull(writer.askOnce(append("/b", 3)), "both are claimed");
    assertEquals(2, reader.revocations().size());
  }

  @Test
  void shouldLetASessionKeepTheSlotsItWasGiven() {
    TestClient client = server.client();
    Request.Builder make = client.once(makeDirectories("/d")).setSlot(CoreHarness.SLOTS - 1);
    Reply first = client.ask(make);
    server.slots = 1;
    server.restart();
    client.connect();
    assertTrue(client.resumed());
    assertEquals(first, client.ask(make), "the next owner gives others fewer");
    TestClient other = server.client();
    Reply refused = other.ask(other.once(makeDirectories("/e")).setSlot(1));
    assertEquals(ErrorCode.INVALID_ARGUMENT.number(), refused.getError().getCode());
  }

  @Test
  void shouldWaitForTheLongestLeaseThatAnEarlierOwnerGave() {
    server.leaseMillis = 4 * CoreHarness.LEASE_MILLIS;
    server.beginTerm();
    TestClient dead = server.client();
    dead.created("/a", 1);
    server.leaseMillis = CoreHarness.LEASE_MILLIS;
    server.beginTerm();
    TestClient other = server.client();
    server.passLease(other);
    server.passLease(other);
    assertTrue(other.askOnce(append("/a", 2)).hasError(), "the dead one may be writing still");
    server.passLease(other);
    server.passLease(other);
    other.ok(append("/a", 2));
    server.beginTerm();
    other.connect();
    server.passLease(other);
    TestClient third = server.client();
    third.ok(makeDirectories("/quick"));
    int longest = server.read(namespace -> namespace.currentBoot().getLeaseMillis());
    assertEquals(CoreHarness.LEASE_MILLIS, longest, "all that is left is of this owner");
  }

  @Test
  void shouldExpireNobodyAfterAPauseOfItsOwn() {
    TestClient client = server.client();
    client.write("/a", 100);
    server.tick();
    server.pass(10L * CoreHarness.LEASE_MILLIS);
    server.tick();
    client.ok(append("/a", 2));
  }

  @Test
  void shouldExpireASilentSessionAndQuarantineItsSpace() {
    TestClient dead = server.client();
    Opened opened = dead.created("/a", 1);
    dead.allocated(opened.getStatus().getFileId(), 1, 8);
    server.restart();
    TestClient other = server.client();
    server.passLease(other);
    assertEquals(8, server.audit().count("quarantined"));
    other.ok(append("/a", 1));
    server.passLease(other);
    assertEquals(0, server.audit().count("quarantined"));
    dead.connect(claim(opened));
    assertFalse(dead.resumed());
  }

  @Test
  void shouldNotEstablishAWriterWithoutItsLease() {
    TestClient zombie = server.client();
    Opened opened = zombie.created("/a", 1);
    TestClient other = server.client();
    other.ok(recoverLease("/a"));
    server.restart();
    other.connect();
    zombie.connect(claim(opened));
    assertEquals(1, zombie.revocations().size(), "it learns that it writes no more");
    assertNotNull(other.askOnce(append("/a", 1)));
  }

  @Test
  void shouldTellAReturningWriterThatItWasExpelled() {
    TestClient writer = server.client();
    Opened opened = writer.created("/a", 1);
    writer.disconnect();
    server.client().ok(recoverLease("/a"));
    writer.connect(claim(opened));
    assertEquals(opened.getStatus().getFileId(), writer.revocations().get(0).getFileId());
    assertTrue(writer.connection.received.get(0).hasEvent(), "before its lease runs again");
  }

  @Test
  void shouldCloseAConnectionThatASessionIsNotTakenUpOn() {
    TestClient client = server.client();
    TestClient.Connection old = client.connection;
    client.connect();
    TestClient.Connection current = client.connection;
    client.connection = old;
    assertNull(client.askOnce(makeDirectories("/d")));
    assertTrue(old.closed);
    assertFalse(current.closed);
    server.restart();
    client.connection = current;
    assertNull(client.askOnce(makeDirectories("/d")), "no word of a lost session");
    assertTrue(current.closed);
  }

  @Test
  void shouldOpenANewSessionWhenNoneIsToBeResumed() {
    TestClient client = server.client();
    long first = client.session;
    client.session = 0;
    client.connect();
    assertFalse(client.resumed());
    assertNotEquals(first, client.session);
  }

  @Test
  void shouldIgnoreTokensItDoesNotKnow() {
    TestClient client = server.client();
    client.write("/a", 100);
    Opened opened = client.opened("/a");
    long file = opened.getStatus().getFileId();
    client.ok(release(claim(file, -1, opened.getGrant())));
    server.restart();
    client.connect(claim(file, -1, Long.MAX_VALUE));
    assertTrue(client.resumed());
    client.ok(release(claim(file, -1, Long.MAX_VALUE)));
    client.ok(append("/a", 9));
  }

  @Test
  void shouldRefuseHostileSlots() {
    TestClient client = server.client();
    for (int slot : new int[] {-1, CoreHarness.SLOTS}) {
      Reply reply = client.ask(creation("/a", 1).setSlot(slot).setSequence(1));
      assertEquals(ErrorCode.INVALID_ARGUMENT.number(), reply.getError().getCode());
    }
  }

  @Test
  void shouldRefuseChangesInSafeModeAndTakeThemLater() {
    TestClient client = server.client();
    mode(client, SafeModeAction.SAFE_MODE_ENTER);
    client.refused(ErrorCode.SAFE_MODE, makeDirectories("/d"));
    mode(client, SafeModeAction.SAFE_MODE_LEAVE);
    client.ok(makeDirectories("/d"));
  }

  private static void mode(TestClient client, SafeModeAction action) {
    client.ask(Request.newBuilder().setSafeMode(SafeMode.newBuilder().setAction(action)));
  }

  /** At once but for what an open stream might still write from another thread. */
  @Test
  void shouldGiveEverythingBackWhenASessionIsClosed() {
    TestClient client = server.client();
    Opened opened = client.created("/a", 1);
    client.allocated(opened.getStatus().getFileId(), 1, 8);
    client.ask(Request.newBuilder().setCloseSession(CloseSession.getDefaultInstance()));
    server.settle();
    assertEquals(8, server.audit().count("quarantined"));
    server.passLease();
    server.requireEmpty();
  }

  private static Request.Builder expel(long session) {
    return Request.newBuilder().setExpelSession(ExpelSession.newBuilder().setSession(session));
  }

  /** Until its lease is over it may use what it holds; nothing is taken from it before. */
  @Test
  void shouldEndAnExpelledSessionWithItsLease() {
    TestClient operator = server.client();
    TestClient client = server.client();
    operator.write("/a", 100);
    client.opened("/a");
    Reply expelled = operator.ask(expel(client.session()));
    assertTrue(expelled.getSessionExpelled().getLeaseRemainingMillis() > CoreHarness.LEASE_MILLIS);
    assertTrue(client.connection.closed);
    long waiting = operator.send(operator.once(append("/a", 2)));
    assertNull(operator.reply(waiting));
    client.connect();
    assertFalse(client.resumed(), "it is another session");
    server.passLease(operator);
    assertNotNull(operator.reply(waiting));
  }

  /** What waits is a request too. */
  @Test
  void shouldNotCarryOutWhatAnExpelledSessionWaitsFor() {
    TestClient operator = server.client();
    TestClient client = server.client();
    TestClient reader = server.client();
    operator.write("/a", 100);
    Opened opened = reader.opened("/a");
    long waiting = client.send(client.once(append("/a", 2)));
    operator.ask(expel(client.session()));
    reader.release(opened);
    assertNull(client.reply(waiting));
    assertFalse(operator.askOnce(append("/a", 3)).hasError(), "nobody writes it");
  }

  @Test
  void shouldKeepASessionExpelledOverARestart() {
    TestClient operator = server.client();
    TestClient client = server.client();
    operator.ask(expel(client.session()));
    server.restart();
    operator.connect();
    client.connect();
    assertTrue(operator.resumed());
    assertFalse(client.resumed());
  }

  @Test
  void shouldSayThatASessionIsOverAlready() {
    TestClient client = server.client();
    client.allocated(client.created("/a", 1).getStatus().getFileId(), 1, 8);
    server.passLease();
    String message = server.client().ask(expel(client.session())).getError().getMessage();
    assertTrue(message.contains("is over already"), message);
  }

  @Test
  void shouldExpelForSuperusersAndWhoIsThereAlone() {
    TestClient client = server.client();
    assertEquals(
        ErrorCode.PERMISSION_DENIED.number(),
        client.as("ann").ask(expel(client.session())).getError().getCode());
    assertEquals(
        ErrorCode.INVALID_ARGUMENT.number(),
        client.as("root").ask(expel(4_711)).getError().getCode());
    assertFalse(client.connection.closed);
  }
}
