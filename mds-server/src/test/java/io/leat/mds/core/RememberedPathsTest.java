package io.leat.mds.core;

import static io.leat.mds.core.TestClient.append;
import static io.leat.mds.core.TestClient.claim;
import static io.leat.mds.core.TestClient.concat;
import static io.leat.mds.core.TestClient.creation;
import static io.leat.mds.core.TestClient.delete;
import static io.leat.mds.core.TestClient.makeDirectories;
import static io.leat.mds.core.TestClient.open;
import static io.leat.mds.core.TestClient.release;
import static io.leat.mds.core.TestClient.rename;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leat.model.ErrorCode;
import io.leat.model.TokenKind;
import io.leat.model.TokenLevel;
import io.leat.model.TokenSet;
import io.leat.wire.proto.Claim;
import io.leat.wire.proto.Held;
import io.leat.wire.proto.Lookup;
import io.leat.wire.proto.Opened;
import io.leat.wire.proto.Release;
import io.leat.wire.proto.Reply;
import io.leat.wire.proto.Request;
import io.leat.wire.proto.Revoke;
import io.leat.wire.proto.SetPermission;
import io.leat.wire.proto.SetTimes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that clients remember, and who has to wait for whom. */
final class RememberedPathsTest {

  private static final int REMEMBER_MILLIS = CoreHarness.LEASE_MILLIS / 10;
  private static final TokenSet NAME = TokenSet.NONE.with(TokenKind.NAME, TokenLevel.READ);

  private final CoreHarness server = new CoreHarness();
  private final TestClient one = server.client();
  private final TestClient other = server.client();

  static Request.Builder lookup(String path) {
    return Request.newBuilder().setLookup(Lookup.newBuilder().setPath(path));
  }

  private static List<Held> found(TestClient client, String path) {
    Reply reply = client.ask(lookup(path));
    assertTrue(reply.hasFound(), reply.toString());
    return reply.getFound().getPathList();
  }

  static void giveBack(TestClient client, List<Held> path) {
    Release.Builder all = Release.newBuilder();
    path.forEach(
        held ->
            all.addFiles(claim(held.getStatus().getFileId(), held.getTokens(), held.getGrant())));
    assertFalse(client.ask(Request.newBuilder().setRelease(all)).hasError());
  }

  static Request.Builder setPermission(String path) {
    return Request.newBuilder()
        .setSetPermission(SetPermission.newBuilder().setPath(path).setMode(0700));
  }

  private static Request.Builder setTimes(String path) {
    return Request.newBuilder()
        .setSetTimes(
            SetTimes.newBuilder().setPath(path).setModifiedMillis(5).setAccessedMillis(-1));
  }

  @Test
  void shouldGrantEveryInodeOfAPath() {
    one.ok(makeDirectories("/a/b"));
    one.write("/a/b/f", 100);
    List<Held> path = found(other, "/a/b/f");
    assertEquals(
        List.of(TokenSet.PATH, TokenSet.PATH, TokenSet.PATH, TokenSet.STATUS),
        path.stream().map(held -> new TokenSet(held.getTokens())).toList());
    assertEquals(100, path.get(3).getStatus().getSize());
  }

  /** Each changes what somebody else remembers of /a/f. */
  static Stream<Request.Builder> changes() {
    return Stream.of(
        delete("/a/f"),
        delete("/a"),
        rename("/a/f", "/g", false),
        rename("/a", "/b", false),
        rename("/other", "/a/f", true),
        creation("/a/f", 7),
        append("/a/f", 7),
        TestClient.truncate("/a/f", 1),
        concat("/other", "/a/f"),
        concat("/a/f", "/other"),
        setPermission("/a/f"),
        setPermission("/a"),
        setPermission("/"),
        setTimes("/a/f"));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void shouldWaitWithAChangeUntilItIsForgotten(Request.Builder change) {
    one.ok(makeDirectories("/a"));
    one.write("/a/f", 8_192);
    one.write("/other", 8_192);
    List<Held> path = found(other, "/a/f");
    long waiting = one.send(one.once(change));
    assertNull(one.reply(waiting), "nobody was asked");
    assertEquals(1, other.revocations().size());
    assertEquals(1, found(one, "/a/f").size(), "remembered while somebody waits");
    giveBack(other, path);
    assertNotNull(one.reply(waiting));
    assertFalse(one.reply(waiting).hasError(), one.reply(waiting).toString());
  }

  @Test
  void shouldLetFilesBeMadeBesideWhatIsRemembered() {
    one.ok(makeDirectories("/a"));
    one.write("/a/f", 100);
    found(other, "/a/f");
    one.write("/a/g", 100);
    one.ok(delete("/a/g"));
    one.ok(makeDirectories("/a/c"));
    assertEquals(List.of(), other.revocations());
  }

  /** Those that know of files alone know nothing of what makes a directory's status old. */
  @Test
  void shouldGrantNeitherWhatIsWrittenNorDirectoriesToOlderClients() {
    one.ok(makeDirectories("/a"));
    one.created("/f", 1);
    for (String path : List.of("/", "/a", "/f")) {
      List<Held> found = found(other, path);
      assertEquals(1, found.size());
      assertEquals(0, found.get(0).getTokens());
    }
    Opened opened = other.ok(remembering("/f")).getOpened();
    assertEquals(0, opened.getAboveCount());
  }

  private static Request.Builder remembering(String path) {
    Request.Builder request = open(path);
    request.getOpenBuilder().setRemember(true);
    return request;
  }

  @Test
  void shouldOpenAFileWithItsPath() {
    one.ok(makeDirectories("/a"));
    one.write("/a/f", 100);
    Opened opened = other.ok(remembering("/a/f")).getOpened();
    assertEquals(2, opened.getAboveCount());
    assertEquals(TokenSet.READER.union(TokenSet.STATUS), new TokenSet(opened.getTokens()));
  }

  @Test
  void shouldKeepAnOpenHandleWhenThePathIsForgotten() {
    one.write("/f", 100);
    Opened opened = other.ok(remembering("/f")).getOpened();
    long waiting = one.send(one.once(delete("/f")));
    Revoke revoke = other.revocations().get(0);
    assertEquals(NAME, new TokenSet(revoke.getTokens()));
    other.ok(release(claim(revoke.getFileId(), revoke.getTokens(), opened.getGrant())));
    assertTrue(one.reply(waiting).getDeleted().getExisted());
    server.settle();
    assertFalse(server.audit().count("free") == CoreHarness.BLOCKS - 1, "the blocks are read");
    other.release(opened);
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldNotGrantAgainForASecond() {
    one.write("/f", 100);
    List<Held> path = found(other, "/f");
    long waiting = one.send(one.once(setPermission("/f")));
    giveBack(other, path);
    assertNotNull(one.reply(waiting));
    assertEquals(1, found(other, "/f").size());
    server.pass(LatelyRevoked.LATELY_MILLIS + 1);
    assertEquals(2, found(other, "/f").size());
  }

  @Test
  void shouldAskForBothNamesOfARenameAtOnce() {
    one.write("/f", 100);
    one.write("/g", 100);
    List<Held> f = found(other, "/f");
    List<Held> g = found(other, "/g");
    long waiting = one.send(one.once(rename("/f", "/g", true)));
    assertEquals(2, other.revocations().size());
    giveBack(other, f);
    giveBack(other, g);
    assertNotNull(one.reply(waiting));
  }

  /**
   * A client that is silent uses nothing any more that it remembers, long before its lease ends.
   */
  @Test
  void shouldTakeWhatASilentClientRemembers() {
    one.write("/f", 100);
    found(other, "/f");
    other.disconnect();
    long waiting = one.send(one.once(delete("/f")));
    server.pass(REMEMBER_MILLIS);
    server.tick();
    assertNull(one.reply(waiting));
    server.pass(REMEMBER_MILLIS / 10);
    server.tick();
    assertTrue(one.reply(waiting).getDeleted().getExisted());
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldNotWaitForWhoHasLongBeenSilent() {
    one.write("/f", 100);
    found(other, "/f");
    server.pass(REMEMBER_MILLIS + REMEMBER_MILLIS / 10);
    one.ok(delete("/f"));
  }

  @Test
  void shouldWaitForWhoIsHeardAndAnswersNot() {
    one.write("/f", 100);
    found(other, "/f");
    long waiting = one.send(one.once(delete("/f")));
    for (int i = 0; i < 8; i++) {
      server.pass(REMEMBER_MILLIS / 2);
      other.renew();
      one.renew();
      server.tick();
      assertNull(one.reply(waiting));
    }
  }

  @Test
  void shouldWaitAfterARestartForWhatSilentClientsRemember() {
    one.ok(makeDirectories("/a"));
    one.write("/a/f", 100);
    found(other, "/a/f");
    server.restart();
    one.connect();
    assertEquals(1, one.ask(lookup("/a")).getFound().getPathCount());
    one.refused(ErrorCode.RECOVERING, delete("/a/f"));
    one.refused(ErrorCode.RECOVERING, rename("/a", "/b", false));
    one.refused(ErrorCode.RECOVERING, setTimes("/a/f"));
    one.refused(ErrorCode.RECOVERING, creation("/a/g", 1));
    one.refused(ErrorCode.RECOVERING, makeDirectories("/a/h"));
    server.pass(REMEMBER_MILLIS + REMEMBER_MILLIS / 50);
    one.ok(delete("/a/f"));
    one.write("/a/g", 100);
  }

  @Test
  void shouldNotWaitAfterARestartOnceAllAreBack() {
    one.write("/f", 100);
    found(other, "/f");
    server.restart();
    one.connect();
    other.connect();
    one.ok(delete("/f"));
  }

  @Test
  void shouldTakeBackWhatASessionDoesNotClaim() {
    one.write("/f", 100);
    found(other, "/f");
    other.disconnect();
    long waiting = one.send(one.once(delete("/f")));
    other.connect();
    server.tick();
    assertNotNull(one.reply(waiting));
  }

  /** A release under a number that an open was answered with would take the open's EXIST too. */
  @Test
  void shouldPutAnOpenOffUntilItsSessionHasGivenBack() {
    one.write("/f", 100);
    List<Held> path = found(other, "/f");
    long deleting = one.send(one.once(delete("/f")));
    assertEquals(ErrorCode.REVOKING.number(), other.ask(open("/f")).getError().getCode());
    giveBack(other, path);
    assertTrue(one.reply(deleting).getDeleted().getExisted());
    assertEquals(ErrorCode.NOT_FOUND.number(), other.ask(open("/f")).getError().getCode());
  }

  /** To look at a file one need not be allowed to read it. */
  @Test
  void shouldGiveNoLayoutToWhoHasOnlyLooked() {
    one.write("/f", 100);
    one.ok(setPermission("/f"));
    server.pass(LatelyRevoked.LATELY_MILLIS + 1);
    TestClient stranger = server.client().as("stranger");
    long file = found(stranger, "/f").get(1).getStatus().getFileId();
    stranger.refused(
        ErrorCode.NOT_FOUND,
        Request.newBuilder()
            .setGetLayout(io.leat.wire.proto.GetLayout.newBuilder().setFileId(file)));
    stranger.refused(ErrorCode.PERMISSION_DENIED, open("/f"));
  }

  @Test
  void shouldTakeASizeThatASilentClientOnlyRemembers() {
    one.write("/f", 100);
    found(other, "/f");
    other.disconnect();
    long waiting = one.send(one.once(append("/f", 7)));
    server.pass(REMEMBER_MILLIS + REMEMBER_MILLIS / 10);
    server.tick();
    assertTrue(one.reply(waiting).hasOpened());
  }

  @Test
  void shouldTakeAGiveBackOfASessionThatHasMissedAGrant() {
    one.write("/f", 100);
    Opened opened = other.opened("/f");
    other.opened("/f"); // its answer is lost with the connection
    other.disconnect();
    other.connect(claim(opened));
    other.release(opened);
    one.ok(delete("/f"));
    server.settle();
    server.requireEmpty();
  }

  @Test
  void shouldRefuseALayoutOfADirectory() {
    one.ok(makeDirectories("/a"));
    one.write("/a/f", 100);
    long directory = found(other, "/a/f").get(1).getStatus().getFileId();
    other.refused(
        ErrorCode.NOT_FOUND,
        Request.newBuilder()
            .setGetLayout(io.leat.wire.proto.GetLayout.newBuilder().setFileId(directory)));
  }

  @Test
  void shouldHoldWhatAnExpelledSessionMayStillUse() {
    one.write("/f", 100);
    Claim claim = claim(other.opened("/f"));
    long waiting = one.send(one.once(append("/f", 2)));
    server.passLease(one, other);
    server.tick();
    assertEquals(ErrorCode.SESSION_UNKNOWN.number(), other.ask(lookup("/f")).getError().getCode());
    assertEquals(
        ErrorCode.SESSION_UNKNOWN.number(), other.ask(release(claim)).getError().getCode());
    assertNull(one.reply(waiting), "its lease runs");
    server.passLease(one);
    server.tick();
    assertTrue(one.reply(waiting).hasOpened());
  }
}
