package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.release;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Explain;
import io.leat.wire.proto.Explanation;
import io.leat.wire.proto.Holder;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.WaitingRequest;
import org.junit.jupiter.api.Test;

/** X6: what waits, on whom, until when. */
final class ExplainTest {

  private final CoreHarness server = new CoreHarness();
  private final TestClient writer = server.client();
  private final TestClient reader = server.client();

  private static Request.Builder explain(String path) {
    return Request.newBuilder().setExplain(Explain.newBuilder().setPath(path));
  }

  private Explanation explained(String path) {
    return writer.ok(explain(path)).getExplanation();
  }

  @Test
  void shouldSayThatNothingWaits() {
    writer.write("/a", 100);
    Explanation explanation = explained("/a");
    assertEquals(0, explanation.getWaitingTotal());
    assertEquals(0, explanation.getHoldersTotal());
    assertEquals("SERVING", explanation.getState());
    assertEquals(100, explanation.getStatus().getSize());
  }

  @Test
  void shouldNameWhoWaitsOnWhomAndUntilWhen() {
    writer.write("/a", 100);
    Opened opened = reader.opened("/a");
    long waiting = writer.send(writer.once(append("/a", 2)));
    server.pass(3_000);
    Explanation explanation = explained("/a");
    WaitingRequest request = explanation.getWaiting(0);
    assertEquals(1, explanation.getWaitingTotal());
    assertEquals(writer.session(), request.getSession());
    assertEquals("append", request.getRequest());
    assertEquals("root", request.getUser());
    assertEquals(TokenSet.WRITER.bits(), request.getWanted());
    assertEquals(3_000, request.getWaitedMillis());
    assertEquals(
        CoreHarness.LEASE_MILLIS * 101L / 100 + 1_000 - 3_000, request.getPatienceMillis());
    Holder holder = explanation.getHolders(0);
    assertEquals(1, explanation.getHoldersTotal());
    assertEquals(reader.session(), holder.getSession());
    assertTrue(holder.getConnected());
    assertFalse(holder.getWrites());
    assertEquals(TokenSet.READER.conflictsWith(TokenSet.WRITER).bits(), holder.getAsked());

    reader.ok(release(claim(opened.getStatus().getFileId(), holder.getAsked(), opened.getGrant())));
    assertTrue(writer.reply(waiting).hasOpened());
    explanation = explained("/a");
    assertEquals(0, explanation.getWaitingTotal());
    assertEquals(2, explanation.getHoldersTotal());
    assertTrue(
        explanation.getHoldersList().stream()
            .anyMatch(h -> h.getWrites() && h.getSession() == writer.session()));
  }

  @Test
  void shouldTellOfAHolderThatIsGoneWhenItsLeaseEnds() {
    writer.write("/a", 100);
    var unused = reader.opened("/a");
    reader.disconnect();
    server.pass(1_000);
    Holder holder = explained("/a").getHolders(0);
    assertFalse(holder.getConnected());
    assertEquals(CoreHarness.LEASE_MILLIS * 101L / 100, holder.getLeaseRemainingMillis());
  }

  @Test
  void shouldTellOfSessionsThatHaveNotReturned() {
    writer.write("/a", 100);
    server.restart();
    writer.connect();
    Explanation explanation = explained("/a");
    assertEquals("RECOVERING", explanation.getState());
    assertEquals(1, explanation.getSilentSessions());
    assertTrue(explanation.getSilentMillis() > CoreHarness.LEASE_MILLIS);
  }

  /** What it holds is not known before it returns, but that it writes is. */
  @Test
  void shouldNameAWriterThatHasNotReturned() {
    reader.created("/w", 1);
    server.restart();
    writer.connect();
    Explanation explanation = explained("/w");
    Holder holder = explanation.getHolders(0);
    assertEquals(1, explanation.getHoldersTotal());
    assertEquals(reader.session(), holder.getSession());
    assertEquals(0, holder.getTokens());
    assertTrue(holder.getWrites());
    assertFalse(holder.getConnected());
  }

  @Test
  void shouldRefuseWhatIsNotThereOrMayNotBePassed() {
    assertEquals(ErrorCode.NOT_FOUND.number(), writer.ask(explain("/none")).getError().getCode());
    Request.Builder shut = makeDirectories("/shut");
    shut.getMakeDirectoriesBuilder().setMode(0700);
    assertFalse(writer.askOnce(shut).hasError());
    writer.write("/shut/a", 100);
    assertEquals(
        ErrorCode.PERMISSION_DENIED.number(),
        reader.as("ann").ask(explain("/shut/a")).getError().getCode());
  }
}
